using System.CommandLine;
using System.Globalization;
using System.Net;
using Taper.Cli.Cluster;
using Taper.Cli.Terminal;
using Taper.Cluster;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster silo</c>: this machine's part of a cluster, until it is stopped.</summary>
internal sealed class ClusterSiloCommand : TaperCommand
{
    private readonly Option<string?> _cluster = ClusterAddressOption.Create();
    private readonly Option<string?> _name = new("--name") { Description = "What the silo is called; the machine's name and the port unless given.", HelpName = "NAME" };
    private readonly Option<string> _address = new("--address") { Description = "IP address at which the others reach it.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<int> _port = new("--port") { Description = "Port for other silos.", HelpName = "N", DefaultValueFactory = _ => 11111 };
    private readonly Option<int> _gateway = new("--gateway-port") { Description = "Port for clients.", HelpName = "N", DefaultValueFactory = _ => 30000 };
    private readonly Option<int?> _metrics = new("--metrics-port") { Description = "Port for /metrics (Prometheus) and /health; none unless given.", HelpName = "N" };
    private readonly Option<string?> _memory = new("--memory") { Description = "Most memory that shards may take here, as in 512MiB or 64GiB; no limit unless given.", HelpName = "SIZE" };

    public ClusterSiloCommand()
        : base(
            "silo",
            "Join a cluster and host parts of its trainings until it is stopped.",
            "taper cluster silo --cluster redis://redis:6379/ads --address 10.0.0.5 --memory 48GiB",
            "taper cluster silo --cluster redis://127.0.0.1:6379 --port 11112 --gateway-port 30001")
    {
        foreach (Option option in new Option[] { _cluster, _name, _address, _port, _gateway, _metrics, _memory })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) => "The silo has left the cluster.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation) =>
        RunAsync(OptionsOf(parse) with { IsVerbose = shell.Options.Verbose }, shell, cancellation).GetAwaiter().GetResult();

    private static async Task RunAsync(SiloOptions options, Shell shell, CancellationToken cancellation)
    {
        await using ClusterSilo silo = await ClusterSilo.StartAsync(options, cancellation).ConfigureAwait(false);
        shell.Say($"{options.Name} at {options.Address}:{options.Port} has joined {options.Cluster}; Ctrl-C leaves it.");
        string reason = await silo.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        throw new ClusterException($"{options.Name} ends: {reason}. Start it again, for it to join anew.");
    }

    private SiloOptions OptionsOf(ParseResult parse) => new()
    {
        Cluster = ClusterAddressOption.Of(parse, _cluster),
        Name = parse.GetValue(_name) ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{parse.GetValue(_port)}"),
        Address = IPAddress.TryParse(parse.GetValue(_address), out IPAddress? address) && !address.Equals(IPAddress.Any) ? address : throw new UsageException($"--address: '{parse.GetValue(_address)}' is no IP address at which others reach this silo."),
        Port = parse.GetValue(_port),
        GatewayPort = parse.GetValue(_gateway),
        MetricsPort = parse.GetValue(_metrics),
        MemoryLimit = parse.GetValue(_memory) is { } memory ? ByteSize.Parse(memory) : null,
    };
}
