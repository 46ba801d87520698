using Spectre.Console;
using Taper.Training.Runs;

namespace Taper.Cli.Terminal;

/// <summary>Progress of a run as a bar, with a line for each epoch above it.</summary>
internal sealed class TrainingBar(Shell shell, ProgressTask bar, TimeProvider clock) : ITrainingProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private long _last;
    private double? _auc;

    public void StepDone(TrainingStep state)
    {
        if (clock.GetElapsedTime(_last) < Interval)
        {
            return;
        }

        _last = clock.GetTimestamp();
        bar.MaxValue = (double)state.Epochs * state.Batches;
        bar.Value = ((state.Epoch - 1.0) * state.Batches) + state.Batch;
        bar.Description = Markup.Escape(TrainingText.Of(state, _auc));
    }

    public void EpochDone(EpochResult result)
    {
        _auc = result.Validation.Auc;
        shell.Say(TrainingText.Of(result));
    }

    public void Message(string text) => shell.Say(text);
}
