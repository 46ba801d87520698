using System.Globalization;

namespace Taper.Studies.Reports;

/// <summary>Figures of a study in words.</summary>
internal static class Words
{
    /// <summary>As in <c>at 0.25</c>.</summary>
    public static string At(double? budget) => budget is null ? "without a budget" : $"at {RunName.TextOf(budget)}";

    /// <summary>As in <c>0.9797 ± 0.0002</c>.</summary>
    public static string Auc(Sample sample) => sample.Deviation is double deviation
        ? Format($"{sample.Mean:0.0000} ± {deviation:0.0000}")
        : Format($"{sample.Mean:0.0000}");

    /// <summary>As in <c>+0.0015 (+0.0003 to +0.0027)</c>.</summary>
    public static string Of(PairedDifference difference) => difference is { Low: double low, High: double high }
        ? $"{Signed(difference.Mean)} ({Signed(low)} to {Signed(high)})"
        : Signed(difference.Mean);

    /// <summary>A setting's difference from the baseline, or why there is none.</summary>
    public static string Difference(SettingSummary setting, string baseline) => setting switch
    {
        _ when setting.Method == baseline => "baseline",
        { Difference: null } => "–",
        { Difference: var difference } when setting.BaselineBudget == setting.Budget => Of(difference),
        _ => $"{Of(setting.Difference)} from {baseline} {At(setting.BaselineBudget)}",
    };

    /// <summary>As in <c>21,596 (25.0%)</c>, marked where it exceeds the budget.</summary>
    public static string Parameters(SettingSummary setting) =>
        Format($"{setting.Parameters:#,0} ({setting.Share:0.0%}{(setting.IsOverBudget ? ", over budget" : "")})");

    /// <summary>As in <c>412.5 MiB</c>.</summary>
    public static string Mebibytes(long bytes) => Format($"{bytes / (double)(1 << 20):#,0.0} MiB");

    /// <summary>A text with numbers as programs and English write them.</summary>
    public static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Signed(double value) => Format($"{value:+0.0000;−0.0000;0.0000}");
}
