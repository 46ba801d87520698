using Taper.Embeddings;
using Taper.Models;

namespace Taper.Benchmarks;

/// <summary>
/// Reading rows of a compact table at budget 0.25, each precision, over gathering full rows of a dense fp32 table. Two
/// million rows (dense 128 MB, more than the cache); rows drawn uniformly, the worst case, and by Zipf 1.05.
/// </summary>
internal static class LookupBenchmark
{
    private const int Rows = 2_000_000;
    private const int BatchSize = 4096;
    private const int BatchesOfTurn = 16;
    private const int Rounds = 60;

    public static Figures Run()
    {
        Figures figures = new();
        using SyntheticBundle fp32 = new(1, Rows, 4, Precision.Fp32, 8);
        using SyntheticBundle fp16 = new(1, Rows, 4, Precision.Fp16, 8);
        using SyntheticBundle int8 = new(1, Rows, 4, Precision.Int8, 8);
        using Bundle first = Bundle.Open(fp32.Path), second = Bundle.Open(fp16.Path), third = Bundle.Open(int8.Path);
        using EmbeddingTable dense = new(Rows, SyntheticBundle.Dimension);
        dense.FillNormal(0.1, 1);
        var random = new Random(3);
        Zipf zipf = new(Rows, 1.05);
        Measure(figures, "uniform", dense, [first, second, third], () => random.Next(Rows));
        Measure(figures, "zipf", dense, [first, second, third], () => zipf.Next(random));
        figures.Add("bytesAValueFp32", BytesOfValue(first), "key, index, payload; at most 32 is the aim");
        figures.Add("bytesAValueInt8", BytesOfValue(third), "key, index, payload; at most 20 is the aim");
        return figures;
    }

    private static void Measure(Figures figures, string name, EmbeddingTable dense, Bundle[] bundles, Func<int> draw)
    {
        int[][] batches = [.. Enumerable.Range(0, 64).Select(_ => Enumerable.Range(0, BatchSize).Select(_ => draw()).ToArray())];
        float[] output = new float[BatchSize * SyntheticBundle.Dimension];
        long allocated = 0;
        double[] times = Timing.Medians(
            Rounds,
            turn => ForEach(turn, batches, rows => Gather.Prefix(dense, new Lookup(rows), default, output, SyntheticBundle.Dimension)),
            turn => allocated += Read(bundles[0].Tables[0], turn, batches, output),
            turn => allocated += Read(bundles[1].Tables[0], turn, batches, output),
            turn => allocated += Read(bundles[2].Tables[0], turn, batches, output));
        double rowsOfTurn = BatchSize * BatchesOfTurn;
        figures.Add($"{name}DenseNanoseconds", times[0] * 1e6 / rowsOfTurn, "a row of the dense table");
        figures.Add($"{name}Fp32OverDense", times[1] / times[0], "time; at most 1 is the aim");
        figures.Add($"{name}Fp16OverFp32", times[2] / times[1], "time; at most 1.2 is the aim");
        figures.Add($"{name}Int8OverFp32", times[3] / times[1], "time; at most 1.2 is the aim");
        figures.Add($"{name}AllocatedBytes", allocated, "by all lookups together; 0 is the aim");
    }

    private static long Read(CompactTable table, int turn, int[][] batches, float[] output)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < BatchesOfTurn; i++)
        {
            table.Read(batches[((turn * BatchesOfTurn) + i) % batches.Length], output, SyntheticBundle.Dimension);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void ForEach(int turn, int[][] batches, Action<int[]> read)
    {
        for (int i = 0; i < BatchesOfTurn; i++)
        {
            read(batches[((turn * BatchesOfTurn) + i) % batches.Length]);
        }
    }

    private static double BytesOfValue(Bundle bundle) =>
        bundle.Manifest.Files.Where(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Sum(file => (double)file.Bytes) / Rows;
}
