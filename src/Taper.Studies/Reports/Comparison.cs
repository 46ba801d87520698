using Taper.Studies.Planning;
using Taper.Studies.Results;

namespace Taper.Studies.Reports;

/// <summary>Sums the finished runs of a study up.</summary>
internal sealed class Comparison(Study study, StudyPlan plan, StudyResults results)
{
    public IReadOnlyList<ComparedDataset> Compare() =>
        [.. study.Settings.GroupBy(setting => (setting.Dataset, setting.Network)).Select(place => new ComparedDataset(
            place.Key.Dataset,
            place.Key.Network,
            Groups([.. place.Select(setting => (setting, Finished(setting)))])))];

    private List<ComparedGroup> Groups(IReadOnlyList<(Setting Setting, IReadOnlyList<RunResult> Runs)> place) =>
        [.. place.GroupBy(entry => entry.Setting.Budget).OrderBy(group => group.Key ?? double.MaxValue).Select(group =>
        {
            List<(SettingSummary Summary, IReadOnlyDictionary<long, double> Auc)> done =
                [.. group.Where(entry => entry.Runs.Count > 0).Select(entry => (Summary(entry.Setting, entry.Runs, place), AucBySeed(entry.Runs)))];
            (string finding, string evidence) = Findings.Of(group.Key, done);
            return new ComparedGroup(group.Key, [.. done.Select(entry => entry.Summary)], finding, evidence);
        })];

    private IReadOnlyList<RunResult> Finished(Setting setting) =>
        [.. plan.Measured(setting).Select(results.Find).OfType<RunResult>().Where(run => run.TestAuc is not null)];

    private SettingSummary Summary(
        Setting setting, IReadOnlyList<RunResult> runs, IReadOnlyList<(Setting Setting, IReadOnlyList<RunResult> Runs)> place)
    {
        (Setting? against, IReadOnlyList<RunResult> baseline) = BaselineOf(setting, place);
        int dimension = study.Runs.FullDimension(setting);
        return new SettingSummary
        {
            Method = setting.Method,
            Budget = setting.Budget,
            TestAuc = Sample.Of([.. runs.Select(run => run.TestAuc!.Value)]),
            TestLogloss = Sample.Of([.. runs.Select(run => run.TestLogloss!.Value)]),
            ValidationAuc = Sample.Of([.. runs.Select(run => run.ValidationAuc)]),
            Difference = PairedDifference.Of(AucBySeed(runs), AucBySeed(baseline)),
            BaselineBudget = against?.Budget,
            Parameters = runs.Max(run => run.Parameters),
            Share = (double)runs.Max(run => run.Parameters) / (runs[0].Values * dimension),
            BytesPerValue = runs.Average(run => run.BytesPerValue!.Value),
            TrainingBytes = runs.Max(run => run.TrainingBytes),
            PeakMemoryBytes = runs.Max(run => run.PeakMemoryBytes),
            Seconds = runs.Average(run => run.Seconds),
            Chosen = runs[0].Chosen,
            Trials = plan.Trials(setting).Count(trial => results.Find(trial) is not null),
        };
    }

    /// <summary>The baseline at the same budget, or, where it has none such, at its largest.</summary>
    private (Setting? Setting, IReadOnlyList<RunResult> Runs) BaselineOf(
        Setting setting, IReadOnlyList<(Setting Setting, IReadOnlyList<RunResult> Runs)> place)
    {
        if (setting.Method == study.Baseline)
        {
            return (null, []);
        }

        (Setting Setting, IReadOnlyList<RunResult> Runs)[] baseline = [.. place.Where(entry => entry.Setting.Method == study.Baseline)];
        return baseline.Length == 0 ? (null, []) : baseline.MaxBy(entry => entry.Setting.Budget == setting.Budget ? double.MaxValue : entry.Setting.Budget ?? 1);
    }

    private static Dictionary<long, double> AucBySeed(IReadOnlyList<RunResult> runs) => runs.ToDictionary(run => run.Seed, run => run.TestAuc!.Value);
}
