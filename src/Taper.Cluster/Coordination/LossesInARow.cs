using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Counts how often a training was lost since its newest checkpoint: where that can no longer be written, steps are taken and lost
/// for ever.
/// </summary>
internal sealed class LossesInARow(RunFolder folder)
{
    private const int Most = 20;

    private string? _checkpoint;
    private int _count;

    /// <summary>Counts one.</summary>
    /// <param name="loss">What was wrong.</param>
    /// <exception cref="ClusterException">There were too many.</exception>
    public void Count(Exception loss)
    {
        string? newest = folder.CheckpointsNewestFirst() is [var first, ..] ? first : null;
        _count = newest == _checkpoint ? _count + 1 : 1;
        _checkpoint = newest;
        if (_count > Most)
        {
            throw new ClusterException($"The training was lost {_count} times since its newest checkpoint ({newest ?? "none"}), the last time by: {loss.Message}", loss);
        }
    }
}
