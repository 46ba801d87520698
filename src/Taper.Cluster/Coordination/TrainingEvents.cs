using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>Keeps what a training says until whoever follows it has heard.</summary>
internal sealed class TrainingEvents : ITrainingProgress
{
    private readonly Lock _lock = new();
    private readonly List<TrainingEvent> _events = [];
    private TrainingStep? _step;

    /// <summary>What runs where, as it was shown last; null before anything was.</summary>
    public ClusterView? Cluster { get; private set; }

    /// <summary>Steps that were told of.</summary>
    public long Steps { get; private set; }

    public void StepDone(TrainingStep state)
    {
        lock (_lock)
        {
            _step = state;
            Steps++;
        }
    }

    public void EpochDone(EpochResult result) => Add(new TrainingEvent(true, WireText.Of(result)));

    public void Message(string text) => Add(new TrainingEvent(false, text));

    public void Show(ClusterView cluster)
    {
        lock (_lock)
        {
            Cluster = cluster;
        }
    }

    /// <summary>All that is new since some events.</summary>
    public (TrainingEvent[] Events, string? Step, ClusterView? Cluster) Since(int seen)
    {
        lock (_lock)
        {
            return ([.. _events.Skip(seen)], _step is null ? null : WireText.Of(_step), Cluster);
        }
    }

    private void Add(TrainingEvent happened)
    {
        lock (_lock)
        {
            _events.Add(happened);
        }
    }
}
