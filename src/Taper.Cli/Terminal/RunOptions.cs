using System.CommandLine;
using Taper.Configuration;

namespace Taper.Cli.Terminal;

/// <summary>What every command that trains a run takes: the config, the dataset, the run folder, and what to do with one that is there.</summary>
internal sealed class RunOptions
{
    private const string RunFile = "run.json";
    private const string ClusterFolder = "cluster"; // a coordinator makes it before anything else

    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with the sections network, sizing and training." };
    private readonly Option<string> _data = new("--data") { Description = "Dataset folder that `taper prepare` made.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Run folder to make.", HelpName = "DIR", Required = true };
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of first values, order and dropout; as --set training.seed=N.", HelpName = "N" };
    private readonly Option<string[]> _set = Configs.SetOption();
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the newest good checkpoint in the run folder." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a run that lies in the run folder." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_config);
        foreach (Option option in new Option[] { _data, _out, _seed, _set, _resume, _force })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The dataset folder.</summary>
    public string DatasetFolder(ParseResult parse) => parse.GetValue(_data)!;

    /// <summary>The run folder.</summary>
    public string RunFolder(ParseResult parse) => parse.GetValue(_out)!;

    /// <summary>Whether to go on with what lies there.</summary>
    public bool Resume(ParseResult parse) => parse.GetValue(_resume);

    /// <summary>The config with everything that the command line overrides.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="further">Overrides that other options stand for.</param>
    public ConfigDocument Config(ParseResult parse, params IEnumerable<string> further)
    {
        List<string> overrides = [.. parse.GetValue(_set)!];
        if (parse.GetValue(_seed) is long seed)
        {
            overrides.Add($"training.seed={seed}");
        }

        return Configs.Load(parse.GetValue(_config)!, [.. overrides, .. further]);
    }

    /// <summary>Refuses a run folder with something in it that nobody said could go.</summary>
    public void RefuseOverwriting(ParseResult parse)
    {
        string folder = RunFolder(parse);
        if (File.Exists(Path.Combine(folder, RunFile)) || Directory.Exists(Path.Combine(folder, ClusterFolder)))
        {
            if (!parse.GetValue(_resume) && !parse.GetValue(_force))
            {
                throw new UsageException($"{folder} holds a run already: --resume goes on with it, --force replaces it.");
            }
        }
        else if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"{folder} holds other files; name a new folder with --out.");
        }
    }
}
