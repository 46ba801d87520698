using System.CommandLine;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Configuration;
using Taper.Training;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper train</c>: a dataset folder in, a run folder out.</summary>
internal sealed class TrainCommand : TaperCommand
{
    private const string RunFile = "run.json";

    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with the sections network, sizing and training." };
    private readonly Option<string> _data = new("--data") { Description = "Dataset folder that `taper prepare` made.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Run folder to make.", HelpName = "DIR", Required = true };
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of first values, order and dropout; as --set training.seed=N.", HelpName = "N" };
    private readonly Option<string[]> _set = Configs.SetOption();
    private readonly Option<string?> _device = new("--device") { Description = "cpu or cuda; as --set training.device=NAME.", HelpName = "NAME" };
    private readonly Option<string?> _initFrom = new("--init-from") { Description = "Trained model to start from: a run, a bundle, or weights (safetensors, .npy, .pt, Parquet) that the import section maps.", HelpName = "PATH" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the newest good checkpoint in the run folder." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a run that lies in the run folder." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Train one batch, keep nothing: shows that config and dataset fit." };

    public TrainCommand()
        : base(
            "train",
            "Train a model on a prepared dataset: dataset folder in, run folder out.",
            "taper train amtl.yaml --data data/frappe --out runs/amtl",
            "taper train amtl.yaml --data data/frappe --out runs/narrow --set sizing.budget=0.25 --seed 2",
            "taper train taper.yaml --data data/frappe --out runs/small --init-from runs/fixed --set sizing.freeze_epoch=0",
            "taper train amtl.yaml --data data/frappe --out runs/amtl --resume",
            "taper train amtl.yaml --data data/frappe --out runs/amtl --json > result.json")
    {
        Arguments.Add(_config);
        foreach (Option option in new Option[] { _data, _out, _seed, _set, _device, _initFrom, _resume, _force, _dryRun })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        TrainingRequest request = RequestOf(parse);
        shell.Detail(request.ConfigYaml.TrimEnd());
        if (parse.GetValue(_dryRun))
        {
            DryRun.Of(request, shell, cancellation);
            shell.Say("Dry run: config and dataset fit, one batch was trained, nothing was kept.");
            return;
        }

        RefuseOverwriting(request.RunFolder, parse);
        TrainingResult result = TrainingDisplay.Train(shell, request, cancellation);
        if (shell.Options.Json)
        {
            shell.Result(ResultJson.Of(result, request.RunFolder));
        }
        else
        {
            ResultText.Write(shell, result, request.RunFolder);
        }
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) => parse.GetValue(_dryRun)
        ? "Stopped; nothing was kept."
        : $"Stopped; the run is kept in {parse.GetValue(_out)}: run the same command with --resume to go on.";

    private TrainingRequest RequestOf(ParseResult parse)
    {
        List<string> overrides = [.. parse.GetValue(_set)!];
        if (parse.GetValue(_seed) is long seed)
        {
            overrides.Add($"training.seed={seed}");
        }

        if (parse.GetValue(_device) is string device)
        {
            overrides.Add($"training.device={device}");
        }

        ConfigDocument document = Configs.Load(parse.GetValue(_config)!, overrides);
        RunConfig config = Configs.Run(document);
        return new TrainingRequest
        {
            Config = config,
            ConfigYaml = document.ToYaml(),
            DatasetFolder = parse.GetValue(_data)!,
            RunFolder = parse.GetValue(_out)!,
            InitFrom = parse.GetValue(_initFrom),
            Resume = parse.GetValue(_resume),
        };
    }

    private void RefuseOverwriting(string folder, ParseResult parse)
    {
        if (File.Exists(Path.Combine(folder, RunFile)))
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
