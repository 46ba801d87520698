using System.Globalization;

namespace Taper.Studies.Reports;

/// <summary>The report of a study: one page that needs nothing else and explains itself.</summary>
internal static class StudyPage
{
    private const string Style = "Taper.Studies.report.css";

    public static string Of(Study study, StudyOutcome outcome)
    {
        var page = new HtmlText(study.Name, Css());
        page.Element("h1", study.Name).Element("p", Lead(study, outcome), "soft");
        if (outcome.Failures.Count > 0)
        {
            Failures(page, outcome.Failures);
        }

        foreach (ComparedDataset dataset in outcome.Datasets)
        {
            Dataset(page, study, dataset);
        }

        Explain(page, study);
        return page.ToString();
    }

    private static string Lead(Study study, StudyOutcome outcome)
    {
        string missing = outcome.Finished == outcome.Runs ? "" : $" {outcome.Runs - outcome.Finished} are missing: the figures below are of the others.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Which way of sizing embeddings predicts best, at how much memory? {outcome.Finished} of {outcome.Runs} runs are finished: {study.Config.Methods.Count} methods, seeds {string.Join(", ", study.Config.Seeds)}.{missing}");
    }

    private static void Failures(HtmlText page, IReadOnlyList<RunFailure> failures)
    {
        page.Element("h2", failures.Count == 1 ? "One run failed" : $"{failures.Count} runs failed", "bad")
            .Element("p", "The figures below are of the runs that ended well. Running the study again tries these once more.");
        page.Table(["run", "error", "log"], failures.Select(failure => (IReadOnlyList<string>)[failure.Name.ToString(), failure.Error, failure.Log]));
    }

    private static void Dataset(HtmlText page, Study study, ComparedDataset dataset)
    {
        page.Element("h2", dataset.Title);
        foreach (ComparedGroup group in dataset.Groups)
        {
            page.Element("h3", group.Finding).Element("p", group.Evidence, "soft");
        }

        if (dataset.Settings.Any())
        {
            page.Figure(
                QualityPlot.Svg(dataset, $"Test AUC against bytes a feature value on {dataset.Title}; the table below has its numbers."),
                "Further left is smaller, further up is better. Bars: standard deviation over the seeds. Bytes on a logarithmic scale.");
            if (OverviewTable.Helps(dataset))
            {
                page.Element("p", OverviewTable.Legend, "soft");
                page.Table(OverviewTable.Header(dataset), OverviewTable.Rows(dataset));
            }

            page.Table(ResultTable.Header(study.Baseline), ResultTable.Rows(dataset, study.Baseline));
            page.Details("How each was tuned", details => Tuning(details, study, dataset));
        }
    }

    private static void Tuning(HtmlText page, Study study, ComparedDataset dataset)
    {
        if (study.Config.Search is { } search)
        {
            page.Element("p", $"Every method had {search.Trials} trials at each budget; the one of the best validation AUC was run with all seeds.");
            page.Table(
                ["budget", "method", "chosen", "trials finished"],
                dataset.Settings.Select(setting => (IReadOnlyList<string>)[RunName.TextOf(setting.Budget), setting.Method, setting.Chosen, $"{setting.Trials}"]));
        }
        else
        {
            page.Element("p", "Nothing was searched: every method ran with the settings that the study gives it.");
        }

        page.Table(
            ["method", "settings"],
            study.Config.Methods.Select(method => (IReadOnlyList<string>)
                [method.Key, string.Join("  ", study.Config.Set.Concat(method.Value.Set).Select(entry => $"{entry.Key}={entry.Value}"))]));
    }

    private static void Explain(HtmlText page, Study study) => page
        .Element("h2", "How to read this")
        .Element("p", "Test AUC is measured from the exported bundle, and given as mean ± standard deviation over n seeds. "
            + $"The difference is that of a method from {study.Baseline} at the same budget, or where it says so at another, taken seed by seed; in brackets its 95% confidence interval (Student's t). "
            + "An interval that holds 0 shows no difference. The intervals tell of seeds, not of other data, and are not corrected for the number of comparisons.")
        .Element("p", "A budget is the share of the full embedding table that the exported parameters may take. Bytes a value are those of the bundle's "
            + "embeddings and keys over the dataset's feature values: key, index, sizes and numbers. Training bytes are the table, its optimizer's state and what "
            + "the sizing method learns, at their most; peak memory is that of the whole training process.")
        .Element("h2", "How this was made")
        .Element("pre", $"taper compare {study.FilePath}\n\n{File.ReadAllText(study.FilePath)}");

    private static string Css()
    {
        using Stream stream = typeof(StudyPage).Assembly.GetManifestResourceStream(Style) ?? throw new InvalidOperationException($"{Style} is not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
