using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Demo;
using Taper.Cli.Evaluation;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Configuration;
using Taper.Data;
using Taper.Models;
using Taper.Training;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper demo</c>: the whole way on the bundled MovieLens ratings.</summary>
internal sealed class DemoCommand : TaperCommand
{
    private const string DatasetName = "dataset", RunName = "run", BundleName = "bundle", ReportName = "report.html";

    private static readonly string[] ModelNames = ["fixed", "amtl"];

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder for dataset, runs, bundles and report.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "taper-demo",
    };

    public DemoCommand()
        : base(
            "demo",
            "Go the whole way on bundled MovieLens ratings: prepare, train, export, score, compare.",
            "taper demo",
            "taper demo --out results/demo --json")
    {
        Options.Add(_out);
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) => "Stopped; run `taper demo` again to start over.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string root = parse.GetValue(_out)!;
        RefuseForeign(root);
        string dataset = Path.Combine(root, DatasetName), report = Path.Combine(root, ReportName);
        ConfigDocument data = DemoConfig.Load("data");
        shell.Say("Preparing 100,836 ratings by 610 users.");
        PreparingDisplay.Build(shell, progress => DatasetBuilder.Build(data.Bind<DataConfig>("data"), data.BaseFolder, dataset, progress, cancellation));
        List<DemoModel> models = [.. ModelNames.Select(name => Make(shell, name, root, cancellation))];
        HtmlReport.Write(report, "Taper: embedding sizes on MovieLens", [.. models.Select(model => BundleReport.Of(model.Manifest, model.Name))]);
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["models"] = new JsonArray([.. models.Select(model => model.Json())]);
            json["report"] = report;
            shell.Result(json);
            return;
        }

        Write(shell, models);
        shell.Result("");
        models.ForEach(model => shell.Result($"bundle  {model.BundleFolder}"));
        shell.Result($"report  {report}");
    }

    private static DemoModel Make(Shell shell, string name, string root, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        string dataset = Path.Combine(root, DatasetName);
        string run = Path.Combine(root, name, RunName), folder = Path.Combine(root, name, BundleName);
        ConfigDocument document = DemoConfig.Load(name);
        shell.Say($"Training the model '{name}'.");
        var request = new TrainingRequest
        {
            Config = RunConfig.From(document),
            ConfigYaml = document.ToYaml(),
            DatasetFolder = dataset,
            RunFolder = run,
        };
        TrainingDisplay.Train(shell, request, cancellation);
        using (TrainedRun trained = TrainedRun.Open(run))
        {
            trained.Export(folder, Precision.Fp32);
        }

        shell.Say("Scoring the test split from the bundle.");
        using var scored = new EvaluatedBundle(folder, dataset);
        return new DemoModel(
            name,
            folder,
            scored.Manifest,
            scored.Measure(SplitNames.Test, cancellation),
            TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    private static void Write(Shell shell, List<DemoModel> models)
    {
        foreach (string line in TextTable.Of(
            ["model", "test AUC", "logloss", "embedding parameters", "bundle", "seconds"],
            models.Select(model => new[]
            {
                model.Name,
                Format($"{model.Test.Auc:0.0000}"),
                Format($"{model.Test.Logloss:0.0000}"),
                Format($"{model.Manifest.Embedding.Parameters:#,0} ({model.Manifest.Embedding.Ratio:0%})"),
                ByteText.Of(model.BundleBytes),
                Format($"{model.Seconds:0.0}"),
            })))
        {
            shell.Result(line);
        }
    }

    private static void RefuseForeign(string root)
    {
        string[] own = [DatasetName, ReportName, .. ModelNames];
        if (Directory.Exists(root)
            && Directory.EnumerateFileSystemEntries(root).FirstOrDefault(entry => !own.Contains(Path.GetFileName(entry))) is string foreign)
        {
            throw new UsageException($"{root} holds other files, such as {Path.GetFileName(foreign)}; name a new folder with --out.");
        }
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
