using System.CommandLine;
using Taper.Cli.Cluster;
using Taper.Cli.Terminal;
using Taper.Cluster;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster stop</c>: lets a training write a checkpoint and stop.</summary>
internal sealed class ClusterStopCommand : TaperCommand
{
    private readonly Argument<string> _run = new("RUN") { Description = "Run folder of the training." };
    private readonly Option<string?> _cluster = ClusterAddressOption.Create();

    public ClusterStopCommand()
        : base("stop", "Let a training on a cluster write a checkpoint and stop.", "taper cluster stop /shared/runs/amtl --cluster redis://redis:6379/ads")
    {
        Arguments.Add(_run);
        Options.Add(_cluster);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_run)!;
        StopAsync(ClusterAddressOption.Of(parse, _cluster), folder, cancellation).GetAwaiter().GetResult();
        shell.Say($"{folder} stops after a checkpoint; `taper cluster train --resume` goes on with it.");
    }

    private static async Task StopAsync(ClusterAddress address, string folder, CancellationToken cancellation)
    {
        await using ClusterClient client = await ClusterClient.ConnectAsync(address, cancellation).ConfigureAwait(false);
        await client.Trainings.StopAsync(folder, cancellation).ConfigureAwait(false);
    }
}
