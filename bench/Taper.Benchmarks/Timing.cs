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
                double elapsed = Milliseconds(sides[side], turn + warmUp);
                if (turn >= 0)
                {
                    times[side][turn] = elapsed;
                }
            }
        }

        return [.. times.Select(Median)];
    }

    /// <summary>
    /// The median milliseconds of a call of each side, where a turn is several calls in a row. The first of them is not
    /// counted: it finds the caches full of another side's rows, and idle threads of another process still spinning.
    /// </summary>
    /// <param name="rounds">Turns of each side; one more warms up.</param>
    /// <param name="calls">Calls of a turn that count.</param>
    /// <param name="sides">Called with the number of the call.</param>
    public static double[] MediansOfRows(int rounds, int calls, params Action<int>[] sides)
    {
        List<double>[] times = [.. sides.Select(_ => new List<double>())];
        for (int turn = 0; turn <= rounds; turn++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                int first = turn * (calls + 1);
                sides[side](first);
                for (int call = 1; call <= calls; call++)
                {
                    double elapsed = Milliseconds(sides[side], first + call);
                    if (turn > 0)
                    {
                        times[side].Add(elapsed);
                    }
                }
            }
        }

        return [.. times.Select(side => Median([.. side]))];
    }

    private static double Milliseconds(Action<int> side, int call)
    {
        long start = Stopwatch.GetTimestamp();
        side(call);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>A percentile, 0 to 1, of some times.</summary>
    public static double Percentile(double[] times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    private static double Median(double[] times) => Percentile(times, 0.5);
}
