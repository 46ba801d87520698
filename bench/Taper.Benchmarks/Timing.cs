using System.Diagnostics;

namespace Taper.Benchmarks;

/// <summary>Compares sides of one run: they take turns, so that a machine's slow moments meet all of them.</summary>
internal static class Timing
{
    /// <summary>The median milliseconds of each side.</summary>
    /// <param name="rounds">Measured turns of each side.</param>
    /// <param name="sides">Called with the number of the turn.</param>
    public static double[] Medians(int rounds, params Action<int>[] sides)
    {
        int warmUp = Math.Max(3, rounds / 5);
        double[][] times = [.. sides.Select(_ => new double[rounds])];
        for (int turn = -warmUp; turn < rounds; turn++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                long start = Stopwatch.GetTimestamp();
                sides[side](turn + warmUp);
                double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (turn >= 0)
                {
                    times[side][turn] = elapsed;
                }
            }
        }

        return [.. times.Select(Median)];
    }

    /// <summary>A percentile, 0 to 1, of some times.</summary>
    public static double Percentile(double[] times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private static double Median(double[] times) => Percentile(times, 0.5);
}
