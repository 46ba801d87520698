using Taper.Studies.Statistics;

namespace Taper.Studies;

/// <summary>The difference between two settings over the seeds that both have.</summary>
/// <param name="Count">n, the number of pairs.</param>
/// <param name="Mean">Mean of the differences.</param>
/// <param name="Margin">Half the width of the 95% confidence interval (Student's t); null of fewer than two pairs.</param>
public sealed record PairedDifference(int Count, double Mean, double? Margin)
{
    private const double Confidence = 0.95;

    /// <summary>Lower end of the interval.</summary>
    public double? Low => Mean - Margin;

    /// <summary>Upper end of the interval.</summary>
    public double? High => Mean + Margin;

    /// <summary>Whether the interval leaves 0 out.</summary>
    public bool IsShown => Low > 0 || High < 0;

    /// <summary>The differences <paramref name="figures"/> − <paramref name="baseline"/>, by seed; null where they share none.</summary>
    internal static PairedDifference? Of(IReadOnlyDictionary<long, double> figures, IReadOnlyDictionary<long, double> baseline)
    {
        var differences = Sample.Of([.. figures.Where(entry => baseline.ContainsKey(entry.Key)).Select(entry => entry.Value - baseline[entry.Key])]);
        double? margin = differences.Deviation is double deviation
            ? StudentT.TwoSided(Confidence, differences.Count - 1) * deviation / Math.Sqrt(differences.Count)
            : null;
        return differences.Count == 0 ? null : new PairedDifference(differences.Count, differences.Mean, margin);
    }
}
