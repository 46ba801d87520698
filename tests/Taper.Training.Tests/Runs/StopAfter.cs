using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Stops a run after some steps.</summary>
internal sealed class StopAfter(int steps, CancellationTokenSource stop) : ITrainingProgress
{
    private int _done;

    public void StepDone(TrainingStep state)
    {
        if (++_done == steps)
        {
            stop.Cancel();
        }
    }

    public void EpochDone(EpochResult result)
    {
    }

    public void Message(string text)
    {
    }
}
