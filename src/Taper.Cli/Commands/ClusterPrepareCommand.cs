using System.CommandLine;
using Taper.Cli.Cluster;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Configuration;
using Taper.Data;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster prepare</c>: raw files in, a dataset folder out, on a cluster.</summary>
internal sealed class ClusterPrepareCommand : TaperCommand
{
    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with a data section." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Dataset folder to make; one that stands there is replaced at the end.", HelpName = "DIR", Required = true };
    private readonly Option<int?> _parts = new("--parts") { Description = "Parts that share the files with examples; one a silo unless given.", HelpName = "N" };
    private readonly Option<int?> _shards = new("--shards") { Description = "Shards that share the values of the vocabularies; one a silo unless given.", HelpName = "N" };
    private readonly Option<string?> _cluster = ClusterAddressOption.Create();
    private readonly Option<string[]> _set = Configs.SetOption();

    public ClusterPrepareCommand()
        : base(
            "prepare",
            "Count and encode raw files on a cluster; sources and dataset folder have to be the same for every silo.",
            "taper cluster prepare /shared/data.yaml --out /shared/ads --cluster redis://redis:6379/ads",
            "taper cluster prepare /shared/data.yaml --out /shared/ads --cluster redis://redis:6379/ads --parts 32 --set data.memory_limit=8GB")
    {
        Arguments.Add(_config);
        foreach (Option option in new Option[] { _out, _parts, _shards, _cluster, _set })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string path = parse.GetValue(_config)!, folder = parse.GetValue(_out)!;
        ConfigDocument document = Configs.Load(path, parse.GetValue(_set)!);
        PreparingPlan plan = new()
        {
            Config = Configs.Data(document, path),
            BaseFolder = document.BaseFolder,
            OutFolder = folder,
            Parts = PartsOption.Of(parse, _parts, 1),
            Shards = PartsOption.Of(parse, _shards, 1),
        };
        shell.Detail(document.ToYaml().TrimEnd());
        DatasetSummary summary = PreparingDisplay.Build(
            shell, progress => PrepareAsync(parse, ClusterAddressOption.Of(parse, _cluster), plan, progress, cancellation).GetAwaiter().GetResult());
        DatasetReport.WriteOrJson(shell, summary, folder);
    }

    private async Task<DatasetSummary> PrepareAsync(
        ParseResult parse, ClusterAddress address, PreparingPlan plan, IProgress<PreparingProgress> progress, CancellationToken cancellation)
    {
        await using ClusterClient client = await ClusterClient.ConnectAsync(address, cancellation).ConfigureAwait(false);
        int silos = Math.Max(1, (await client.Trainings.SilosAsync(cancellation).ConfigureAwait(false)).Count);
        plan = plan with { Parts = PartsOption.Of(parse, _parts, silos), Shards = PartsOption.Of(parse, _shards, silos) };
        return await client.Datasets.PrepareAsync(plan, progress, cancellation).ConfigureAwait(false);
    }
}
