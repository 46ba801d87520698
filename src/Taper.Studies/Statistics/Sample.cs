namespace Taper.Studies;

/// <summary>Figures of several runs, summed up.</summary>
/// <param name="Count">n, the number of runs.</param>
/// <param name="Mean">Their mean; NaN of none.</param>
/// <param name="Deviation">Their sample standard deviation (n − 1); null of fewer than two.</param>
public sealed record Sample(int Count, double Mean, double? Deviation)
{
    /// <summary>Sums figures up.</summary>
    internal static Sample Of(IReadOnlyList<double> figures)
    {
        if (figures.Count == 0)
        {
            return new Sample(0, double.NaN, null);
        }

        double mean = figures.Average();
        double? deviation = figures.Count < 2 ? null : Math.Sqrt(figures.Sum(figure => (figure - mean) * (figure - mean)) / (figures.Count - 1));
        return new Sample(figures.Count, mean, deviation);
    }
}
