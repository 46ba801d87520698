using System.Globalization;
using Taper.Cli.Terminal;
using Taper.Studies;

namespace Taper.Cli.Studies;

/// <summary>A study's progress as plain lines: one when a run starts and one when it ends.</summary>
internal sealed class StudyLines(Shell shell, StudyOutlook outlook) : IStudyProgress
{
    private int _finished = outlook.Finished;

    /// <summary>The line of a finished run.</summary>
    public static string Finished(RunResult result) => result.TestAuc is double auc
        ? string.Create(CultureInfo.InvariantCulture, $"test AUC {auc:0.0000}, {result.BytesPerValue:0.0} bytes a value, trained in {result.Seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"validation AUC {result.ValidationAuc:0.0000}, trained in {result.Seconds:0.0} s");

    public void Message(string text) => shell.Say(text);

    public void Started(RunName run) => shell.Say($"{run}: started");

    public void Said(RunName run, string line) => shell.Detail($"{run}: {line}");

    void IStudyProgress.Finished(RunName run, RunResult result) =>
        shell.Say($"[{Interlocked.Increment(ref _finished)}/{outlook.Runs.Count}] {run}: {Finished(result)}");

    public void Failed(RunFailure failure) => shell.Tell($"failed: {failure.Name}: {failure.Error}");
}
