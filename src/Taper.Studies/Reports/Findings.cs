namespace Taper.Studies.Reports;

/// <summary>Says which method is best at a budget, and only what the seeds show.</summary>
internal static class Findings
{
    public static (string Finding, string Evidence) Of(double? budget, IReadOnlyList<(SettingSummary Summary, IReadOnlyDictionary<long, double> Auc)> settings)
    {
        string where = Words.At(budget);
        (SettingSummary Summary, IReadOnlyDictionary<long, double> Auc)[] ranked =
            [.. settings.Where(entry => !entry.Summary.IsOverBudget).OrderByDescending(entry => entry.Summary.TestAuc.Mean)];
        if (ranked.Length == 0)
        {
            return ($"Nothing to compare {where} yet", "No run within the budget is finished.");
        }

        SettingSummary best = ranked[0].Summary;
        if (ranked.Length == 1)
        {
            return ($"{best.Method} {where}: {Words.Auc(best.TestAuc)}", $"n = {best.TestAuc.Count}; there is no other method to compare it with.");
        }

        SettingSummary second = ranked[1].Summary;
        PairedDifference? ahead = PairedDifference.Of(ranked[0].Auc, ranked[1].Auc);
        string evidence = ahead is null ? "The two share no seed." : $"{best.Method} − {second.Method}: {Words.Of(ahead)}, n = {ahead.Count}.";
        string both = $"{best.Method} {Words.Auc(best.TestAuc)}, {second.Method} {Words.Auc(second.TestAuc)}";
        return ahead?.Margin is null ? ($"{best.Method} is highest {where}, on too few seeds to tell: {both}", evidence)
            : ahead.IsShown ? ($"{best.Method} is best {where}: {Words.Auc(best.TestAuc)}", evidence)
            : ($"No difference is shown {where}: {both}", evidence);
    }
}
