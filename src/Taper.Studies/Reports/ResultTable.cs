using static Taper.Studies.Reports.Words;

namespace Taper.Studies.Reports;

/// <summary>The table of a dataset: a row a setting, by budget.</summary>
internal static class ResultTable
{
    /// <summary>The columns' names.</summary>
    public static IReadOnlyList<string> Header(string baseline) =>
    [
        "budget", "method", "test AUC", "n", $"difference from {baseline}, 95%", "parameters", "bytes a value",
        "training bytes", "peak memory", "seconds", "validation AUC", "test logloss",
    ];

    /// <summary>The rows' cells.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(ComparedDataset dataset, string baseline) =>
        dataset.Settings.Select(setting => (IReadOnlyList<string>)
        [
            RunName.TextOf(setting.Budget),
            setting.Method,
            Auc(setting.TestAuc),
            Format($"{setting.TestAuc.Count}"),
            Difference(setting, baseline),
            Parameters(setting),
            Format($"{setting.BytesPerValue:0.0}"),
            Mebibytes(setting.TrainingBytes),
            Mebibytes(setting.PeakMemoryBytes),
            Format($"{setting.Seconds:0.0}"),
            Format($"{setting.ValidationAuc.Mean:0.0000}"),
            Format($"{setting.TestLogloss.Mean:0.0000}"),
        ]);
}
