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
    private readonly RunOptions _run = new();
    private readonly Option<string?> _device = new("--device") { Description = "cpu or cuda; as --set training.device=NAME.", HelpName = "NAME" };
    private readonly Option<string?> _initFrom = new("--init-from") { Description = "Trained model to start from: a run, a bundle, or weights (safetensors, .npy, .pt, Parquet) that the import section maps.", HelpName = "PATH" };
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
        _run.AddTo(this);
        foreach (Option option in new Option[] { _device, _initFrom, _dryRun })
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

        _run.RefuseOverwriting(parse);
        TrainingResult result = TrainingDisplay.Train(shell, request, cancellation);
        ResultText.WriteOrJson(shell, result, request.RunFolder);
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) => parse.GetValue(_dryRun)
        ? "Stopped; nothing was kept."
        : $"Stopped; the run is kept in {_run.RunFolder(parse)}: run the same command with --resume to go on.";

    private TrainingRequest RequestOf(ParseResult parse)
    {
        string? device = parse.GetValue(_device);
        ConfigDocument document = _run.Config(parse, device is null ? [] : [$"training.device={device}"]);
        RunConfig config = Configs.Run(document);
        return new TrainingRequest
        {
            Config = config,
            ConfigYaml = document.ToYaml(),
            DatasetFolder = _run.DatasetFolder(parse),
            RunFolder = _run.RunFolder(parse),
            InitFrom = parse.GetValue(_initFrom),
            Resume = _run.Resume(parse),
        };
    }
}
