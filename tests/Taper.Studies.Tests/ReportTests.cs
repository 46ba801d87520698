using Taper.Studies.Reports;

namespace Taper.Studies.Tests;

/// <summary>What a study says it found, and no more than the seeds show.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_difference_the_seeds_show_is_said()
    {
        (string finding, string evidence) = Findings.Of(0.25, [Setting("fixed", 0.80, 0.81, 0.82), Setting("amtl", 0.81, 0.82, 0.8301)]);
        Assert.Equal("amtl is best at 0.25: 0.8200 ± 0.0101", finding);
        Assert.StartsWith("amtl − fixed: +0.0100 (+0.0099 to +0.0102), n = 3", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_they_do_not_show_is_not()
    {
        (string finding, string evidence) = Findings.Of(0.5, [Setting("amtl", 0.81, 0.80, 0.82), Setting("fixed", 0.80, 0.81, 0.815)]);
        Assert.StartsWith("No difference is shown at 0.5: amtl 0.8100 ± 0.0100, fixed 0.8083", finding, StringComparison.Ordinal);
        Assert.Contains("n = 3", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_tells_little() => Assert.StartsWith(
        "amtl is highest without a budget, on too few seeds to tell", Findings.Of(null, [Setting("amtl", 0.81), Setting("fixed", 0.80)]).Finding, StringComparison.Ordinal);

    [Fact]
    public void What_exceeds_its_budget_is_not_best()
    {
        (SettingSummary summary, IReadOnlyDictionary<long, double> auc) = Setting("greedy", 0.9, 0.91);
        (string finding, _) = Findings.Of(0.25, [(summary with { Budget = 0.25, Share = 0.3 }, auc), Setting("amtl", 0.8, 0.81)]);
        Assert.StartsWith("amtl at 0.25", finding, StringComparison.Ordinal);
        Assert.Contains("over budget", Words.Parameters(summary with { Budget = 0.25, Share = 0.3 }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_overview_has_a_row_a_method_and_a_star_at_the_highest_within_the_budget()
    {
        SettingSummary Of(string method, double budget, params double[] auc) => Setting(method, auc).Summary with { Budget = budget, Share = budget };
        ComparedDataset dataset = new("small", "default", [
            new ComparedGroup(0.1, [Of("amtl", 0.1, 0.7), Of("pep", 0.1, 0.6)], "", ""),
            new ComparedGroup(0.25, [Of("fixed", 0.25, 0.75), Of("amtl", 0.25, 0.8, 0.81), Of("pep", 0.25, 0.9) with { Share = 0.3 }], "", ""),
            new ComparedGroup(0.5, [], "", ""),
        ]);
        Assert.True(OverviewTable.Helps(dataset));
        Assert.Equal(["method", "at 0.25", "at 0.1"], OverviewTable.Header(dataset));
        Assert.Equal(
            ["amtl | ★ 0.8050 ± 0.0071 | ★ 0.7000", "pep | 0.9000, over budget | 0.6000", "fixed | 0.7500 | "],
            OverviewTable.Rows(dataset).Select(row => string.Join(" | ", row)));
        Assert.False(OverviewTable.Helps(dataset with { Groups = [dataset.Groups[0]] }));
    }

    [Fact]
    public void A_page_needs_nothing_else_and_texts_stay_texts()
    {
        using StudySpace space = new();
        Study study = space.Study("name: <b>bold</b>\nmethods: {amtl: {}, fixed: {set: {sizing.method: fixed}}}\nbudgets: [0.25, 0.5]\n");
        (SettingSummary amtl, _) = Setting("amtl", 0.8, 0.82);
        ComparedDataset dataset = new("small", "default", [
            new ComparedGroup(0.25, [amtl], "finding", "evidence"),
            new ComparedGroup(0.5, [amtl with { Method = "<i>", Budget = 0.5, BytesPerValue = 60 }], "other", "more"),
        ]);
        string page = StudyPage.Of(study, new StudyOutcome
        {
            Folder = "out",
            Datasets = [dataset],
            Runs = 2,
            Finished = 2,
            Failures = [],
            Files = [],
        });
        Assert.Contains("<h1>&lt;b&gt;bold&lt;/b&gt;</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(http", page, StringComparison.Ordinal);
        Assert.Contains("0.8100 ± 0.0141", page, StringComparison.Ordinal);
        Assert.Contains("<svg viewBox", page, StringComparison.Ordinal);
    }

    private static (SettingSummary Summary, IReadOnlyDictionary<long, double> Auc) Setting(string method, params double[] auc) =>
        (new SettingSummary
        {
            Method = method,
            Budget = 0.25,
            TestAuc = Sample.Of(auc),
            TestLogloss = Sample.Of(auc),
            ValidationAuc = Sample.Of(auc),
            Parameters = 40,
            Share = 0.25,
            BytesPerValue = 29,
            TrainingBytes = 1 << 20,
            PeakMemoryBytes = 300 << 20,
            Seconds = 4,
            Chosen = "",
            Trials = 0,
        },
        auc.Index().ToDictionary(entry => (long)entry.Index, entry => entry.Item));
}
