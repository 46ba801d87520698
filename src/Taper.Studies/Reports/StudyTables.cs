namespace Taper.Studies;

/// <summary>The tables of a study as cells of text, for a terminal: the main columns.</summary>
public static class StudyTables
{
    private const int MainColumns = 7;

    /// <summary>The columns' names.</summary>
    public static IReadOnlyList<string> Header(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return Main(Reports.ResultTable.Header(study.Baseline));
    }

    /// <summary>The rows' cells.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(Study study, ComparedDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(dataset);
        return Reports.ResultTable.Rows(dataset, study.Baseline).Select(Main);
    }

    /// <summary>Budget, method, test AUC, n, difference, and then parameters and bytes.</summary>
    private static IReadOnlyList<string> Main(IReadOnlyList<string> cells) => [.. cells.Take(MainColumns)];
}
