using Spectre.Console;
using Taper.Data;

namespace Taper.Cli.Terminal;

/// <summary>Shows how preparing goes on: a bar on a terminal, a line for each step elsewhere.</summary>
internal static class PreparingDisplay
{
    public static DatasetSummary Build(
        Shell shell, DataConfig config, string baseFolder, string folder, CancellationToken cancellation)
    {
        if (!shell.DrawsBars)
        {
            return DatasetBuilder.Build(config, baseFolder, folder, new Lines(shell), cancellation);
        }

        return shell.Console.Progress().AutoClear(true).Start(context =>
            DatasetBuilder.Build(config, baseFolder, folder, new Bar(context.AddTask("preparing")), cancellation));
    }

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
