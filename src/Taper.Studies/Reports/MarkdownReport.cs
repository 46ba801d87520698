using System.Text;

namespace Taper.Studies.Reports;

/// <summary>The tables of a study in Markdown.</summary>
internal static class MarkdownReport
{
    public static string Of(Study study, IReadOnlyList<ComparedDataset> datasets)
    {
        StringBuilder text = new($"# {study.Name}\n");
        foreach (ComparedDataset dataset in datasets)
        {
            text.Append("\n## ").Append(dataset.Title).Append("\n\n");
            foreach (ComparedGroup group in dataset.Groups)
            {
                text.Append("- ").Append(group.Finding).Append(". ").Append(group.Evidence).Append('\n');
            }

            if (OverviewTable.Helps(dataset))
            {
                Table(text, OverviewTable.Header(dataset), OverviewTable.Rows(dataset));
                text.Append('\n').Append(OverviewTable.Legend).Append('\n');
            }

            Table(text, ResultTable.Header(study.Baseline), ResultTable.Rows(dataset, study.Baseline));
        }

        return text.Append("\nAUC of the exported bundle, mean ± standard deviation over n seeds; differences are paired by seed.\n").ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.Append('\n').Append(Row(header)).Append(Row(header.Select(_ => "---")));
        foreach (IReadOnlyList<string> row in rows)
        {
            text.Append(Row(row));
        }
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
