using Spectre.Console;
using Taper.Training.Runs;

namespace Taper.Cli.Terminal;

/// <summary>Shows a run while it trains: a bar on a terminal, plain lines elsewhere.</summary>
internal static class TrainingDisplay
{
    /// <summary>Trains with a display that fits the shell.</summary>
    public static TrainingResult Train(Shell shell, TrainingRequest request, CancellationToken cancellation) =>
        Show(shell, request.Clock, progress => Trainer.Run(request, progress, cancellation));

    /// <summary>Shows whatever tells of a training's progress.</summary>
    public static T Show<T>(Shell shell, TimeProvider clock, Func<ITrainingProgress, T> train)
    {
        if (!shell.DrawsBars)
        {
            return train(new TrainingLines(shell, clock));
        }

        return shell.Console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new RemainingTimeColumn())
            .Start(context => train(new TrainingBar(shell, context.AddTask("starting"), clock)));
    }
}
