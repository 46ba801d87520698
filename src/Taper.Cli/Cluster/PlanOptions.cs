using System.CommandLine;
using Taper.Cli.Terminal;
using Taper.Cluster;
using Taper.Configuration;
using Taper.Training;

namespace Taper.Cli.Cluster;

/// <summary>What a training on a cluster takes beside <see cref="RunOptions"/>: in how many parts it is done.</summary>
internal sealed class PlanOptions
{
    private const int MostStaleness = 64;

    private readonly RunOptions _run;
    private readonly Option<int?> _workers = new("--workers") { Description = "Workers that share each batch; one a silo, or as before with --resume, unless given.", HelpName = "N" };
    private readonly Option<int?> _shards = new("--shards") { Description = "Shards that share the rows; one a silo unless given.", HelpName = "N" };
    private readonly Option<int> _staleness = new("--staleness") { Description = "Steps that a worker may be ahead of the slowest, once sizes stay as they are; 0 for synchronous steps.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private readonly Option<WirePrecision> _wire = new("--wire") { Description = "How rows and their gradients travel: fp32, or fp16 for half the bytes." };
    private readonly Option<string?> _checkpoints = new("--checkpoints") { Description = "Object store for checkpoints, s3://BUCKET/PREFIX; the run folder unless given.", HelpName = "PLACE" };

    private readonly Option<string?> _initFrom = new("--init-from") { Description = "Trained model to start from, which every silo sees: a bundle, or weights that the import section maps.", HelpName = "PATH" };

    public PlanOptions(RunOptions run, Command command)
    {
        _run = run;
        command.Options.Add(_workers);
        command.Options.Add(_shards);
        command.Options.Add(_staleness);
        command.Options.Add(_wire);
        command.Options.Add(_checkpoints);
        command.Options.Add(_initFrom);
    }

    /// <summary>The plan for so many silos; one that is resumed has as many parts as before.</summary>
    public TrainingPlan Plan(ParseResult parse, Shell shell, int silos)
    {
        ConfigDocument document = _run.Config(parse);
        RunConfig config = Configs.Run(document);
        shell.Detail(document.ToYaml().TrimEnd());
        TrainingPlan? earlier = _run.Resume(parse) ? TrainingPlan.LastIn(_run.RunFolder(parse)) : null; // silos may be missing just now
        return new TrainingPlan
        {
            Config = TrainingPlan.ConfigOf(config),
            ConfigYaml = document.ToYaml(),
            DatasetFolder = Path.GetFullPath(_run.DatasetFolder(parse)),
            RunFolder = Path.GetFullPath(_run.RunFolder(parse)),
            Workers = PartsOption.Of(parse, _workers, earlier?.Workers ?? silos),
            Shards = PartsOption.Of(parse, _shards, earlier?.Shards ?? silos),
            Staleness = parse.GetValue(_staleness) is >= 0 and <= MostStaleness and int steps ? steps : throw new UsageException($"--staleness has to be 0 to {MostStaleness}."),
            Wire = parse.GetValue(_wire),
            Resume = _run.Resume(parse),
            Checkpoints = Checkpoints(parse, earlier),
            InitFrom = parse.GetValue(_initFrom),
        };
    }

    /// <summary>A run that is resumed has them where it had them; a new one gets a place of its own.</summary>
    private string? Checkpoints(ParseResult parse, TrainingPlan? earlier)
    {
        string? place = parse.GetValue(_checkpoints)?.TrimEnd('/');
        if (earlier is not null)
        {
            return place is null || earlier.Checkpoints?.StartsWith(place + '/', StringComparison.Ordinal) == true
                ? earlier.Checkpoints
                : throw new UsageException($"--checkpoints: this run has its checkpoints in {earlier.Checkpoints ?? "its folder"}, where it is resumed from; leave the option out.");
        }

        try
        {
            return place is null ? null : TrainingPlan.CheckpointsIn(place, _run.RunFolder(parse));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--checkpoints: {e.Message}");
        }
    }
}
