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

            IReadOnlyList<string> header = ResultTable.Header(study.Baseline);
            text.Append('\n').Append(Row(header)).Append(Row(header.Select(_ => "---")));
            foreach (IReadOnlyList<string> row in ResultTable.Rows(dataset, study.Baseline))
            {
                text.Append(Row(row));
            }
        }

        return text.Append("\nAUC of the exported bundle, mean ± standard deviation over n seeds; differences are paired by seed.\n").ToString();
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
