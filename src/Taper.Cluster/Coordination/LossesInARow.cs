namespace Taper.Cluster.Coordination;

/// <summary>
/// Counts how often steps were lost since the newest checkpoint: where that can no longer be written, they are taken and lost
/// for ever.
/// </summary>
internal sealed class LossesInARow
{
    private const int Most = 20;

    private int _count;

    /// <summary>Counts one.</summary>
    /// <param name="loss">What was wrong.</param>
    /// <exception cref="ClusterException">There were too many.</exception>
    public void Count(Exception loss)
    {
        _count++;
        if (_count > Most)
        {
            throw new ClusterException($"The training was lost {_count} times since its newest checkpoint, the last time by: {loss.Message}", loss);
        }
    }

    /// <summary>A checkpoint was written: what was lost before does not count any more.</summary>
    public void Forget() => _count = 0;
}
