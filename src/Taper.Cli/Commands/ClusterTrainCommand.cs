using System.CommandLine;
using Taper.Cli.Cluster;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster train</c>: submits a training to a cluster and follows it.</summary>
internal sealed class ClusterTrainCommand : TaperCommand
{
    private readonly RunOptions _run = new();
    private readonly PlanOptions _plan;
    private readonly Option<string?> _cluster = ClusterAddressOption.Create();

    public ClusterTrainCommand()
        : base(
            "train",
            "Train on a cluster and follow it; dataset and run folder have to be the same for every silo.",
            "taper cluster train amtl.yaml --data /shared/frappe --out /shared/runs/amtl --cluster redis://redis:6379/ads",
            "taper cluster train amtl.yaml --data /shared/frappe --out /shared/runs/amtl --cluster redis://redis:6379/ads --resume")
    {
        _run.AddTo(this);
        Options.Add(_cluster);
        _plan = new PlanOptions(_run, this);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        ClusterAddress address = ClusterAddressOption.Of(parse, _cluster);
        TrainingResult result = TrainAsync(parse, shell, address, cancellation).GetAwaiter().GetResult();
        ResultText.WriteOrJson(shell, result, _run.RunFolder(parse));
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) =>
        $"No longer following; the training goes on: the same command with --resume follows it again, `taper cluster stop {_run.RunFolder(parse)}` stops it.";

    private async Task<TrainingResult> TrainAsync(ParseResult parse, Shell shell, ClusterAddress address, CancellationToken cancellation)
    {
        _ = _plan.Plan(parse, shell, 1); // refuses a wrong config before anything is connected
        await using ClusterClient client = await ClusterClient.ConnectAsync(address, cancellation).ConfigureAwait(false);
        IReadOnlyList<string> silos = await client.Trainings.SilosAsync(cancellation).ConfigureAwait(false);
        TrainingPlan plan = _plan.Plan(parse, shell, Math.Max(1, silos.Count));
        _run.RefuseOverwriting(parse);
        await client.Trainings.StartAsync(plan, cancellation).ConfigureAwait(false);
        return ClusterDisplay.Follow(shell, client.Trainings, plan.RunFolder, cancellation);
    }
}
