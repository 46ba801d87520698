using System.Diagnostics;
using Taper.Embeddings.Features;
using Taper.Models;

namespace Taper.Benchmarks;

/// <summary>
/// The published workload of NVIDIA's HPS CPU back end: 630,000 rows × 16, keys by a power law with α = 1.2, 2,000 keys a
/// request, 100 requests to warm up and 900 measured, one thread. A request finds its keys' rows and reads them.
/// </summary>
internal static class HpsBenchmark
{
    private const int Rows = 630_000;
    private const int Keys = 2_000;

    public static Figures Run()
    {
        Figures figures = new();
        Measure(figures, "full", 16);
        Measure(figures, "budget25", 4);
        figures.Add("publishedMean", 0.127, "milliseconds; theirs, hardware not stated (p95 0.167, p99 0.219)");
        return figures;
    }

    private static void Measure(Figures figures, string name, int meanSize)
    {
        using SyntheticBundle synthetic = new(1, Rows, meanSize, Precision.Fp32, 8);
        using Bundle bundle = Bundle.Open(synthetic.Path);
        CompactTable table = bundle.Tables[0];
        long seed = bundle.Manifest.Vocabularies[0].HashSeed;
        var random = new Random(4);
        Zipf zipf = new(Rows, 1.2);
        ulong[][] requests = [.. Enumerable.Range(0, 1000).Select(_ => Enumerable.Range(0, Keys).Select(_ => FeatureKey.Hash($"value{zipf.Next(random)}", seed)).ToArray())];
        int[] rows = new int[Keys];
        float[] output = new float[Keys * SyntheticBundle.Dimension];
        double[] times = [.. requests.Select(request =>
        {
            long start = Stopwatch.GetTimestamp();
            table.Find(request, rows);
            table.Read(rows, output, SyntheticBundle.Dimension);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).ToArray().Skip(100)];
        figures.Add($"{name}Mean", times.Average(), "milliseconds a request; at most 0.06 is the aim");
        figures.Add($"{name}P50", Timing.Percentile(times, 0.5), "");
        figures.Add($"{name}P95", Timing.Percentile(times, 0.95), "");
        figures.Add($"{name}P99", Timing.Percentile(times, 0.99), "");
    }
}
