using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Progress that nobody watches.</summary>
internal sealed class Silent : ITrainingProgress
{
    public void StepDone(TrainingStep state)
    {
    }

    public void EpochDone(EpochResult result)
    {
    }

    public void Message(string text)
    {
    }
}
