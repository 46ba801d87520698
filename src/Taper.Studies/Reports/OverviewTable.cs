using static Taper.Studies.Reports.Words;

namespace Taper.Studies.Reports;

/// <summary>A dataset at a glance: test AUC, a row a method and a column a budget. A star marks the highest of a column.</summary>
internal static class OverviewTable
{
    /// <summary>What the marks mean.</summary>
    public const string Legend = "Test AUC by budget; ★ is the highest at its budget. Methods are in the order of their mean rank.";

    /// <summary>Whether there is more to look over than one column.</summary>
    public static bool Helps(ComparedDataset dataset) => WithRuns(dataset).Count > 1;

    /// <summary>The columns' names; the largest budget first.</summary>
    public static IReadOnlyList<string> Header(ComparedDataset dataset) => ["method", .. WithRuns(dataset).Select(group => At(group.Budget))];

    /// <summary>The rows' cells; empty where a method has no run.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(ComparedDataset dataset)
    {
        List<ComparedGroup> groups = WithRuns(dataset);
        return dataset.Settings.Select(setting => setting.Method).Distinct().OrderBy(method => groups.SelectMany(group => Rank(group, method)).Average())
            .Select(method => (IReadOnlyList<string>)[method, .. groups.Select(group => Cell(group, method))]);
    }

    private static List<ComparedGroup> WithRuns(ComparedDataset dataset) =>
        [.. dataset.Groups.Where(group => group.Settings.Count > 0).OrderByDescending(group => group.Budget ?? 0)];

    private static string Cell(ComparedGroup group, string method)
    {
        SettingSummary? setting = group.Settings.FirstOrDefault(setting => setting.Method == method);
        return setting switch
        {
            null => "",
            { IsOverBudget: true } => $"{Auc(setting.TestAuc)}, over budget",
            _ => (Rank(group, method).Single() == 1 ? "★ " : "") + Auc(setting.TestAuc),
        };
    }

    /// <summary>1 for the highest within the budget; none where the method has no run at this budget.</summary>
    private static IEnumerable<int> Rank(ComparedGroup group, string method) => group.Settings
        .Where(setting => setting.Method == method)
        .Select(setting => 1 + group.Settings.Count(other => other.TestAuc.Mean > setting.TestAuc.Mean && !other.IsOverBudget));
}
