using System.CommandLine;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper export</c>: a run folder in, a bundle out.</summary>
internal sealed class ExportCommand : TaperCommand
{
    private readonly Argument<string> _run = new("RUN") { Description = "Run folder that `taper train` made." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Bundle folder to make; a bundle that stands there is replaced at the end.", HelpName = "DIR", Required = true };
    private readonly Option<Precision> _precision = new("--precision")
    {
        Description = "Numbers of the embedding rows: fp32, fp16 or int8.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Precision.Fp32,
    };

    private readonly Option<string?> _data = new("--data") { Description = "Dataset of the run, where it no longer lies where it was trained.", HelpName = "DIR" };

    public ExportCommand()
        : base(
            "export",
            "Write the best model of a run as a bundle that scores without libtorch.",
            "taper export runs/amtl --out bundles/amtl",
            "taper export runs/amtl --out bundles/amtl-int8 --precision int8")
    {
        Arguments.Add(_run);
        foreach (Option option in new Option[] { _out, _precision, _data })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_out)!;
        RefuseOverwriting(folder);
        using (TrainedRun run = TrainedRun.Open(parse.GetValue(_run)!, parse.GetValue(_data)))
        {
            run.Export(folder, parse.GetValue(_precision));
        }

        using Bundle bundle = Bundle.Open(folder);
        BundleManifest manifest = bundle.Manifest;
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["bundle"] = folder;
            json["precision"] = BundleReport.Name(manifest.Precision);
            json["embedding"] = BundleReport.Json(manifest);
            json["bytes"] = manifest.Files.Sum(file => file.Bytes);
            shell.Result(json);
            return;
        }

        shell.Result($"bundle      {folder} ({ByteText.Of(manifest.Files.Sum(file => file.Bytes))}, {BundleReport.Name(manifest.Precision)})");
        foreach (BundleFile file in manifest.Files)
        {
            shell.Result($"            {file.Path} {ByteText.Of(file.Bytes)}");
        }
    }

    private static void RefuseOverwriting(string folder)
    {
        if (Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Any()
            && !File.Exists(Path.Combine(folder, BundleManifest.FileName)))
        {
            throw new UsageException($"{folder} holds other files; name a new folder with --out.");
        }
    }
}
