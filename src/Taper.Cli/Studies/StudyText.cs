using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Studies;

namespace Taper.Cli.Studies;

/// <summary>A study's result as lines for people.</summary>
internal static class StudyText
{
    public static void Write(Shell shell, Study study, StudyOutcome outcome)
    {
        foreach (ComparedDataset dataset in outcome.Datasets)
        {
            shell.Result(dataset.Title);
            foreach (ComparedGroup group in dataset.Groups)
            {
                shell.Result($"  {group.Finding}. {group.Evidence}");
            }

            shell.Result("");
            foreach (string line in TextTable.Of([.. StudyTables.Header(study)], StudyTables.Rows(study, dataset).Select(row => row.ToArray())))
            {
                shell.Result($"  {line}");
            }

            shell.Result("");
        }

        shell.Result($"runs    {outcome.Finished} of {outcome.Runs} finished");
        shell.Result($"report  {Path.Combine(outcome.Folder, "report.html")}");
    }
}
