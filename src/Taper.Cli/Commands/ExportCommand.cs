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
    private readonly Option<string> _out = new("--out", "-o") { Description = "Folder to make; a bundle or delta that stands there is replaced at the end.", HelpName = "DIR", Required = true };
    private readonly Option<Precision?> _precision = new("--precision")
    {
        Description = "Numbers of the embedding rows: fp32, fp16 or int8. Default: fp32; with --since that of the bundle.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _since = new("--since") { Description = "Write a delta instead: only what has changed since this bundle, for `taper apply`, `publish` and `serve`.", HelpName = "BUNDLE" };

    private readonly Option<string?> _data = new("--data") { Description = "Dataset of the run, where it no longer lies where it was trained.", HelpName = "DIR" };

    public ExportCommand()
        : base(
            "export",
            "Write the best model of a run as a bundle that scores without libtorch.",
            "taper export runs/amtl --out bundles/amtl",
            "taper export runs/amtl --out bundles/amtl-int8 --precision int8",
            "taper export runs/today --out models/clicks/3 --since bundles/yesterday")
    {
        Arguments.Add(_run);
        foreach (Option option in new Option[] { _out, _precision, _since, _data })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_out)!;
        if (parse.GetValue(_since) is string since)
        {
            OutputFolder.RefuseOthers(folder, DeltaManifest.FileName);
            WriteDelta(parse, folder, since);
            DeltaReport.Write(shell, BundleDelta.Open(folder));
            return;
        }

        OutputFolder.RefuseOthers(folder, BundleManifest.FileName);
        Export(parse, folder, parse.GetValue(_precision) ?? Precision.Fp32);
        Report(shell, folder);
    }

    private void Export(ParseResult parse, string folder, Precision precision)
    {
        using TrainedRun run = TrainedRun.Open(parse.GetValue(_run)!, parse.GetValue(_data));
        run.Export(folder, precision);
    }

    /// <summary>Exports the whole bundle beside the delta, compares it with the one before, and removes it again.</summary>
    private void WriteDelta(ParseResult parse, string folder, string since)
    {
        using Bundle basis = Bundle.Open(since);
        string whole = $"{Path.TrimEndingDirectorySeparator(folder)}.whole";
        try
        {
            Export(parse, whole, parse.GetValue(_precision) ?? basis.Manifest.Precision);
            using Bundle target = Bundle.Open(whole);
            BundleDelta.Write(folder, basis, target);
        }
        finally
        {
            if (Directory.Exists(whole))
            {
                Directory.Delete(whole, recursive: true);
            }
        }
    }

    private static void Report(Shell shell, string folder)
    {
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
}
