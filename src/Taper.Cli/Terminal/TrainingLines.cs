using Taper.Training.Runs;

namespace Taper.Cli.Terminal;

/// <summary>Progress of a run as plain lines: one an epoch, and one every few seconds in between.</summary>
internal sealed class TrainingLines(Shell shell, TimeProvider clock) : ITrainingProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long _last = clock.GetTimestamp();
    private double? _auc;

    public void StepDone(TrainingStep state)
    {
        if (clock.GetElapsedTime(_last) >= Interval)
        {
            _last = clock.GetTimestamp();
            shell.Say(TrainingText.Of(state, _auc));
        }
    }

    public void EpochDone(EpochResult result)
    {
        _auc = result.Validation.Auc;
        shell.Say(TrainingText.Of(result));
    }

    public void Message(string text) => shell.Say(text);
}
