using System.CommandLine;
using Taper.Cli.Cluster;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster local</c>: a cluster of processes on this machine, for one training.</summary>
internal sealed class ClusterLocalCommand : TaperCommand
{
    private readonly RunOptions _run = new();
    private readonly PlanOptions _plan;
    private readonly Option<int> _silos = new("--silos") { Description = "Processes to start.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _memory = new("--memory") { Description = "Most memory that shards may take in each, as in 512MiB; no limit unless given.", HelpName = "SIZE" };

    public ClusterLocalCommand()
        : base(
            "local",
            "Train in several processes on this machine: a cluster to try, and to test with.",
            "taper cluster local amtl.yaml --data data/frappe --out runs/amtl",
            "taper cluster local amtl.yaml --data data/frappe --out runs/amtl --silos 2 --workers 4 --wire fp16")
    {
        _run.AddTo(this);
        Options.Add(_silos);
        Options.Add(_memory);
        _plan = new PlanOptions(_run, this);
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) =>
        $"Stopped; the run is kept in {_run.RunFolder(parse)}: run the same command with --resume to go on.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        int silos = parse.GetValue(_silos);
        if (silos is < 1 or > 64)
        {
            throw new UsageException("--silos has to be 1 to 64.");
        }

        if (parse.GetValue(_memory) is { } memory)
        {
            ByteSize.Parse(memory);
        }

        TrainingPlan plan = _plan.Plan(parse, shell, silos);
        _run.RefuseOverwriting(parse);
        TrainingResult result = TrainAsync(plan, silos, parse.GetValue(_memory), shell, cancellation).GetAwaiter().GetResult();
        ResultText.WriteOrJson(shell, result, _run.RunFolder(parse));
    }

    private static async Task<TrainingResult> TrainAsync(TrainingPlan plan, int silos, string? memory, Shell shell, CancellationToken cancellation)
    {
        await using LocalCluster cluster = await LocalCluster.StartAsync(silos, memory, shell, cancellation).ConfigureAwait(false);
        await cluster.Trainings.StartAsync(plan, cancellation).ConfigureAwait(false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = cluster.Ended.ContinueWith(_ => ended.CancelAsync(), TaskScheduler.Default);
        try
        {
            return ClusterDisplay.Follow(shell, cluster.Trainings, plan.RunFolder, ended.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && ended.IsCancellationRequested)
        {
            throw new ClusterException($"The cluster lost this process: {await cluster.Ended.ConfigureAwait(false)}. Run the same command with --resume to go on.");
        }
        catch (OperationCanceledException)
        {
            await cluster.Trainings.StopAsync(plan.RunFolder, CancellationToken.None).ConfigureAwait(false);
            try
            {
                ClusterDisplay.Follow(shell, cluster.Trainings, plan.RunFolder, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // It has written its checkpoint.
            }

            throw;
        }
    }
}
