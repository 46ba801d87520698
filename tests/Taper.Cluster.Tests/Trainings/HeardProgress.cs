using System.Collections.Concurrent;
using Taper.Training.Runs;

namespace Taper.Cluster.Tests.Trainings;

/// <summary>Keeps all that is told of a training.</summary>
internal sealed class HeardProgress : IClusterProgress
{
    public ConcurrentQueue<string> Texts { get; } = [];

    public ConcurrentQueue<EpochResult> Epochs { get; } = [];

    public ClusterView? View { get; private set; }

    public void StepDone(TrainingStep state)
    {
    }

    public void EpochDone(EpochResult result) => Epochs.Enqueue(result);

    public void Message(string text) => Texts.Enqueue(text);

    public void ClusterSeen(ClusterView view) => View = view;
}
