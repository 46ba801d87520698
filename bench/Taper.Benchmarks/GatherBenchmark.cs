using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Taper.Embeddings;
using Taper.Embeddings.Optimizers;

namespace Taper.Benchmarks;

/// <summary>
/// Gathering and updating rows of a table larger than the cache (4 million × 16 floats), over a memcpy of the same bytes
/// and over the limit of random access of the same run: the same lines read, or read and written, with nothing else to do
/// and asked for ahead of use. One thread.
/// </summary>
internal static unsafe class GatherBenchmark
{
    private const int Rows = 4_000_000;
    private const int Dimension = 16;
    private const int BatchSize = 32_768;
    private const int Rounds = 40;
    private const int Ahead = 16;

    public static Figures Run()
    {
        using EmbeddingTable table = new(Rows, Dimension);
        using EmbeddingTable state = new(Rows, Dimension);
        using RowGradients gradients = new(Rows, Dimension);
        using SparseOptimizer adagrad = SparseOptimizer.Create("adagrad", table, new OptimizerOptions { LearningRate = 0.01f });
        table.FillNormal(0.1, 1);
        state.FillNormal(0.1, 2);
        var random = new Random(5);
        int[][] batches = [.. Enumerable.Range(0, 24).Select(_ => Enumerable.Range(0, BatchSize).Select(_ => random.Next(Rows)).ToArray())];
        float[] output = new float[BatchSize * Dimension];
        float[] copy = new float[output.Length];
        int[] distinct = [];
        double[] read = Timing.Medians(
            Rounds,
            turn => output.CopyTo(copy, 0),
            turn => ReadLimit(table.Pointer, batches[turn % batches.Length]),
            turn => Gather.Prefix(table, new Lookup(batches[turn % batches.Length]), default, output, Dimension));
        double[] update = Timing.Medians(
            Rounds,
            turn =>
            {
                gradients.Clear();
                gradients.AddPrefix(new Lookup(batches[turn % batches.Length]), default, output, Dimension);
                distinct = gradients.Rows.ToArray();
            },
            turn => UpdateLimit(table.Pointer, state.Pointer, distinct),
            turn => adagrad.Step(table, gradients));
        double bytes = BatchSize * Dimension * sizeof(float);
        Figures figures = new();
        figures.Add("gatherGigabytesPerSecond", bytes / read[2] / 1e6, "embedding bytes gathered");
        figures.Add("gatherOverMemcpy", read[0] / read[2], "bandwidth over a sequential copy that stays in the cache");
        figures.Add("gatherOverLimit", read[1] / read[2], "bandwidth over reading the same random lines; at least 0.6 is the aim");
        figures.Add("updateOverLimit", update[1] / update[2], "Adagrad over reading and writing the same lines; at least 0.6 is the aim");
        return figures;
    }

    private static void ReadLimit(float* values, int[] rows)
    {
        Vector512<float> sum = default;
        for (int i = 0; i < rows.Length; i++)
        {
            Prefetch(values, rows, i);
            sum += Vector512.Load(values + ((nint)rows[i] * Dimension));
        }

        GC.KeepAlive(Vector512.Sum(sum) > 0);
    }

    private static void UpdateLimit(float* values, float* state, int[] rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Prefetch(values, rows, i);
            Prefetch(state, rows, i);
            nint at = (nint)rows[i] * Dimension;
            (Vector512.Load(values + at) * Vector512.Create(0.999f)).Store(values + at);
            (Vector512.Load(state + at) * Vector512.Create(0.999f)).Store(state + at);
        }
    }

    private static void Prefetch(float* values, int[] rows, int i)
    {
        if (Sse.IsSupported && i + Ahead < rows.Length)
        {
            Sse.Prefetch0(values + ((nint)rows[i + Ahead] * Dimension));
        }
    }
}
