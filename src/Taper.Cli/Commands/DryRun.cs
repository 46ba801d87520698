using Taper.Cli.Terminal;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary>Trains one batch into a folder that is thrown away.</summary>
internal static class DryRun
{
    public static void Of(TrainingRequest request, Shell shell, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("taper-dry-run-").FullName;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            Trainer.Run(request with { RunFolder = folder, Resume = false }, new StopAfterOneStep(shell, stop), stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class StopAfterOneStep(Shell shell, CancellationTokenSource stop) : ITrainingProgress
    {
        public void StepDone(TrainingStep state) => stop.Cancel();

        public void EpochDone(EpochResult result)
        {
        }

        public void Message(string text) => shell.Say(text);
    }
}
