using Spectre.Console;
using Taper.Data;

namespace Taper.Cli.Terminal;

/// <summary>Shows how preparing goes on: a bar on a terminal, a line for each step elsewhere.</summary>
internal static class PreparingDisplay
{
    public static DatasetSummary Build(Shell shell, Func<IProgress<PreparingProgress>, DatasetSummary> build) => shell.DrawsBars
        ? shell.Console.Progress().AutoClear(true).Start(context => build(new Bar(context.AddTask("preparing"))))
        : build(new Lines(shell));

    private sealed class Lines(Shell shell) : IProgress<PreparingProgress>
    {
        public void Report(PreparingProgress value) => shell.Say($"[{value.Done}/{value.Total}] {value.Doing}");
    }

    private sealed class Bar(ProgressTask task) : IProgress<PreparingProgress>
    {
        public void Report(PreparingProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = Markup.Escape(value.Doing);
        }
    }
}
