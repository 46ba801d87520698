using System.CommandLine;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Models;
using Taper.Training.Interchange;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper export</c>: a run folder in, a bundle or weights for other programs out.</summary>
internal sealed class ExportCommand : TaperCommand
{
    private const string BundleFormat = "bundle";

    private readonly Argument<string> _run = new("RUN") { Description = "Run folder that `taper train` made." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Folder to make; an export that stands there is replaced at the end.", HelpName = "DIR", Required = true };
    private readonly Option<string> _format = new("--format")
    {
        Description = "bundle, which scores without libtorch; or rows and network for other programs: npy, safetensors or parquet.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BundleFormat,
    };

    private readonly Option<Precision?> _precision = new("--precision")
    {
        Description = "Numbers of a bundle's embedding rows: fp32, fp16 or int8. Default: fp32; with --since that of the bundle before.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _since = new("--since") { Description = "Write a delta instead: only what has changed since this bundle, for `taper apply`, `publish` and `serve`.", HelpName = "BUNDLE" };

    private readonly Option<string?> _data = new("--data") { Description = "Dataset of the run, where it no longer lies where it was trained.", HelpName = "DIR" };

    public ExportCommand()
        : base(
            "export",
            "Write the best model of a run as a bundle that scores without libtorch, or as weights for other programs.",
            "taper export runs/amtl --out bundles/amtl",
            "taper export runs/amtl --out bundles/amtl-int8 --precision int8",
            "taper export runs/today --out models/clicks/3 --since bundles/yesterday",
            "taper export runs/amtl --out weights/amtl --format parquet")
    {
        _format.AcceptOnlyFromAmong([BundleFormat, .. Enum.GetNames<WeightFormat>().Select(name => name.ToLowerInvariant())]);
        Arguments.Add(_run);
        foreach (Option option in new Option[] { _out, _format, _precision, _since, _data })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string format = parse.GetValue(_format)!;
        if (format == BundleFormat)
        {
            ExportBundle(parse, shell);
            return;
        }

        if (parse.GetValue(_precision) is not null || parse.GetValue(_since) is not null)
        {
            throw new UsageException($"--precision and --since are of bundles; {format} has float32 alone, and all of it: leave them out.");
        }

        ExportWeights(parse, shell, Enum.Parse<WeightFormat>(format, ignoreCase: true), cancellation);
    }

    private void ExportBundle(ParseResult parse, Shell shell)
    {
        string folder = parse.GetValue(_out)!;
        if (parse.GetValue(_since) is string since)
        {
            OutputFolder.RefuseOthers(folder, BundleDelta.LiesIn);
            WriteDelta(parse, folder, since);
            DeltaReport.Write(shell, BundleDelta.Open(folder));
            return;
        }

        OutputFolder.RefuseOthers(folder, Bundle.LiesIn);
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
        string whole = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}.whole-{Path.GetRandomFileName()}";
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
        long bytes = manifest.Files.Sum(file => file.Bytes);
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["bundle"] = folder;
            json["precision"] = BundleReport.Name(manifest.Precision);
            json["embedding"] = BundleReport.Json(manifest);
            json["bytes"] = bytes;
            shell.Result(json);
            return;
        }

        shell.Result($"bundle      {folder} ({ByteText.Of(bytes)}, {BundleReport.Name(manifest.Precision)})");
        ListFiles(shell, manifest.Files.Select(file => (file.Path, file.Bytes)));
    }

    private void ExportWeights(ParseResult parse, Shell shell, WeightFormat format, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_out)!, name = format.ToString().ToLowerInvariant();
        OutputFolder.RefuseOthers(folder, WeightExport.IsAt);
        using TrainedRun run = TrainedRun.Open(parse.GetValue(_run)!, parse.GetValue(_data));
        run.ExportWeights(folder, format, cancellation);
        FileInfo[] files = [.. new DirectoryInfo(folder).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal)];
        long bytes = files.Sum(file => file.Length);
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["weights"] = folder;
            json["format"] = name;
            json["embedding"] = ResultJson.Of(run.Embedding);
            json["bytes"] = bytes;
            shell.Result(json);
            return;
        }

        shell.Result($"weights     {folder} ({ByteText.Of(bytes)}, {name})");
        ListFiles(shell, files.Select(file => (file.Name, file.Length)));
    }

    private static void ListFiles(Shell shell, IEnumerable<(string Name, long Bytes)> files)
    {
        foreach ((string name, long bytes) in files)
        {
            shell.Result($"            {name} {ByteText.Of(bytes)}");
        }
    }
}
