namespace Taper.Cluster.Coordination;

/// <summary>Where a training stands.</summary>
[GenerateSerializer, Immutable]
internal sealed record TrainingReport
{
    /// <summary>Changes when the coordinator came up elsewhere; its events begin anew.</summary>
    [Id(0)]
    public required string Life { get; init; }

    /// <summary>Whether it is under way.</summary>
    [Id(1)]
    public required TrainingPhase Phase { get; init; }

    /// <summary>What happened since the last report.</summary>
    [Id(2)]
    public required TrainingEvent[] Events { get; init; }

    /// <summary>The newest step, as JSON; null before the first.</summary>
    [Id(3)]
    public string? Step { get; init; }

    /// <summary>The result, as JSON, once it is finished; or why it failed.</summary>
    [Id(4)]
    public string? Outcome { get; init; }

    /// <summary>What runs where; null before anything does.</summary>
    [Id(5)]
    public ClusterView? Cluster { get; init; }
}
