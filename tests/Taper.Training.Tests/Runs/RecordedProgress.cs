using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Keeps all that a run tells.</summary>
internal sealed class RecordedProgress : ITrainingProgress
{
    public List<string> Texts { get; } = [];

    public List<EpochResult> Epochs { get; } = [];

    public List<TrainingStep> Steps { get; } = [];

    public void StepDone(TrainingStep state) => Steps.Add(state);

    public void EpochDone(EpochResult result) => Epochs.Add(result);

    public void Message(string text) => Texts.Add(text);
}
