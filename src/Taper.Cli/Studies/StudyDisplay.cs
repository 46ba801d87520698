using Spectre.Console;
using Taper.Cli.Terminal;
using Taper.Studies;

namespace Taper.Cli.Studies;

/// <summary>Shows a study while it runs: a live table on a terminal, plain lines elsewhere.</summary>
internal static class StudyDisplay
{
    /// <summary>Runs the study with a display that fits the shell.</summary>
    public static StudyOutcome Run(Shell shell, StudyRunner runner, CancellationToken cancellation)
    {
        StudyOutlook outlook = runner.Outlook();
        shell.Say($"{outlook.Finished} of {outlook.Runs.Count} runs are finished.");
        if (!shell.DrawsBars)
        {
            return runner.RunAsync(new StudyLines(shell, outlook), cancellation).GetAwaiter().GetResult();
        }

        return shell.Console.Live(new Text("starting")).AutoClear(true).Overflow(VerticalOverflow.Crop)
            .StartAsync(context => runner.RunAsync(new StudyTable(shell, outlook, context.UpdateTarget), cancellation))
            .GetAwaiter().GetResult();
    }
}
