using System.Text;
using Taper.Embeddings.Storage;
using Taper.Studies.Planning;
using Taper.Studies.Reports;
using Taper.Studies.Results;
using Taper.Studies.Running;

namespace Taper.Studies;

/// <summary>Runs what a study misses, and writes what it found.</summary>
/// <param name="study">The study.</param>
/// <param name="request">Where and how.</param>
public sealed class StudyRunner(Study study, StudyRequest request)
{
    private readonly StudyFolder _folder = new(request.Folder);

    /// <summary>Runs every run that is not finished, and writes tables, plots and report. A run that fails does not stop the others.</summary>
    /// <exception cref="ArtifactException">The folder, a dataset or earlier results cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; finished runs are kept, the others go on from their checkpoints.</exception>
    public async Task<StudyOutcome> RunAsync(IStudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using IDisposable taken = _folder.Take(study.FilePath);
        var results = StudyResults.Open(_folder, request.From);
        var execution = new StudyExecution(study, request, _folder, results, progress);
        IReadOnlyDictionary<string, PreparedDataset> datasets = await execution.PrepareAsync(cancellation).ConfigureAwait(false);
        var plan = new StudyPlan(study, datasets.ToDictionary(entry => entry.Key, entry => entry.Value.Fingerprint), results);
        await execution.RunAsync([.. Ready(datasets).SelectMany(plan.Trials)], datasets, cancellation).ConfigureAwait(false);
        await execution.RunAsync([.. Ready(datasets).SelectMany(plan.Measured)], datasets, cancellation).ConfigureAwait(false);
        return Write(plan, results, execution.Failures);
    }

    /// <summary>Writes tables, plots and report of the runs that are finished; runs nothing.</summary>
    public StudyOutcome Report()
    {
        using IDisposable taken = _folder.Take(study.FilePath);
        var results = StudyResults.Open(_folder, request.From);
        return Write(PlanOfWhatIsPrepared(results), results, []);
    }

    /// <summary>Says what there is to do; does and writes nothing.</summary>
    public StudyOutlook Outlook()
    {
        var results = StudyResults.Open(_folder, request.From);
        return StudyOutlook.Of(study, PlanOfWhatIsPrepared(results), results, request.Parallel ?? study.Config.Parallel);
    }

    private IEnumerable<Setting> Ready(IReadOnlyDictionary<string, PreparedDataset> datasets) =>
        study.Settings.Where(setting => datasets.ContainsKey(setting.Dataset));

    private StudyPlan PlanOfWhatIsPrepared(StudyResults results)
    {
        var datasets = new StudyDatasets(study, _folder);
        Dictionary<string, string> fingerprints = [];
        foreach (string name in study.Config.Datasets.Keys)
        {
            try
            {
                if (datasets.Find(name) is { } dataset)
                {
                    fingerprints.Add(name, dataset.Fingerprint);
                }
            }
            catch (ArtifactException)
            {
                // Damaged is as good as not prepared here; its runs will say so.
            }
        }

        return new StudyPlan(study, fingerprints, results);
    }

    private StudyOutcome Write(StudyPlan plan, StudyResults results, IReadOnlyList<RunFailure> failures)
    {
        IReadOnlyList<ComparedDataset> datasets = new Comparison(study, plan, results).Compare();
        results.Save();
        ParquetFile.Write(_folder.ResultsCsv, _folder.ResultsParquet);
        List<string> files = [_folder.ResultsCsv, _folder.ResultsParquet, _folder.Tables, _folder.Report];
        foreach (ComparedDataset dataset in datasets.Where(dataset => dataset.Settings.Any()))
        {
            string png = _folder.Plot(dataset.Dataset, dataset.Network, ".png"), svg = _folder.Plot(dataset.Dataset, dataset.Network, ".svg");
            QualityPlot.Save(dataset, png, svg);
            files.AddRange([png, svg]);
        }

        var outcome = new StudyOutcome
        {
            Folder = _folder.Root,
            Datasets = datasets,
            Runs = study.RunCount,
            Finished = StudyOutlook.Of(study, plan, results, 1).Finished,
            Failures = failures,
            Files = files,
        };
        WriteText(_folder.Tables, MarkdownReport.Of(study, datasets));
        WriteText(_folder.Report, StudyPage.Of(study, outcome));
        return outcome;
    }

    private static void WriteText(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
