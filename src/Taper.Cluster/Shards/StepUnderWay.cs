namespace Taper.Cluster.Shards;

/// <summary>What workers have had and pushed of a step that is not done.</summary>
internal sealed class StepUnderWay(int workers)
{
    /// <summary>The rows that each worker has had, pulled or with the answer to its push before; null before.</summary>
    public int[]?[] Places { get; } = new int[]?[workers];

    /// <summary>What each worker has pushed; null before.</summary>
    public PushRequest?[] Pushed { get; } = new PushRequest?[workers];

    /// <summary>Whether gradients of whole rows come, for the sizer to learn from.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether all workers have pushed.</summary>
    public bool IsComplete => Array.TrueForAll(Pushed, pushed => pushed is not null);
}
