using System.CommandLine;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Data;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper inspect</c>: what a run, a bundle, a delta or a dataset holds.</summary>
internal sealed class InspectCommand : TaperCommand
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "A run, bundle, delta or dataset folder." };
    private readonly Option<string?> _data = new("--data") { Description = "Dataset of a run, where it no longer lies where it was trained.", HelpName = "DIR" };
    private readonly Option<string?> _html = new("--html") { Description = "Write the report as a self-contained page.", HelpName = "FILE" };

    public InspectCommand()
        : base(
            "inspect",
            "Show embedding sizes by field and by frequency, memory and metrics.",
            "taper inspect runs/amtl",
            "taper inspect bundles/amtl --html sizes.html",
            "taper inspect data/frappe --json")
    {
        Arguments.Add(_folder);
        Options.Add(_data);
        Options.Add(_html);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_folder)!;
        switch (Artifact.KindOf(folder))
        {
            case ArtifactKind.Dataset:
                RefusePage(parse, "a dataset");
                InspectDataset(shell, folder);
                return;
            case ArtifactKind.Delta:
                RefusePage(parse, "a delta");
                DeltaReport.Write(shell, BundleDelta.Open(folder));
                return;
        }

        SizeReport report = Artifact.KindOf(folder) == ArtifactKind.Bundle
            ? BundleReportOf(folder)
            : RunReportOf(folder, parse.GetValue(_data));
        if (shell.Options.Json)
        {
            shell.Result(report.Json());
        }
        else
        {
            SizeChart.Write(shell, report);
        }

        if (parse.GetValue(_html) is string html)
        {
            HtmlReport.Write(html, $"Taper: {report.Title}", [report]);
            shell.Say($"Report in {html}.");
        }
    }

    private static SizeReport BundleReportOf(string folder)
    {
        using Bundle bundle = Bundle.Open(folder);
        return BundleReport.Of(bundle.Manifest, $"bundle {folder}");
    }

    private static SizeReport RunReportOf(string folder, string? data)
    {
        using TrainedRun run = TrainedRun.Open(folder, data);
        return RunReport.Of(run, $"run {folder}");
    }

    private void RefusePage(ParseResult parse, string kind)
    {
        if (parse.GetValue(_html) is not null)
        {
            throw new UsageException($"--html shows embedding sizes, which {kind} has none of; name a run or a bundle.");
        }
    }

    private static void InspectDataset(Shell shell, string folder)
    {
        using Dataset dataset = Dataset.Open(folder);
        DatasetSummary summary = dataset.Manifest.Summarize();
        DatasetReport.WriteOrJson(shell, summary, folder);
    }
}
