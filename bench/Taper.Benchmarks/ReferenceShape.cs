using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Benchmarks;

/// <summary>
/// The shape that training speed is measured on: 26 fields × D = 16 over a table of 1 million rows (vocabularies of 100
/// to 250 thousand values, Zipf 1.05), MLP 400-400-1, batch 4096, Adam for the network, Adagrad for the rows, 2 threads.
/// </summary>
internal static class ReferenceShape
{
    public const int Fields = 26;
    public const int Dimension = 16;
    public const int BatchSize = 4096;
    public const int TableRows = 1_000_000;
    public const int Threads = 2;
    public const int HiddenUnits = 400;
    public const double Exponent = 1.05;
    private const long Examples = 40_000_000;

    /// <summary>Rows of each field's vocabulary: from small to large, all together <see cref="TableRows"/>.</summary>
    public static int[] Vocabularies { get; } = MakeVocabularies();

    public static ModelShape Model => new(
        FrequencyGroups.Of([.. Vocabularies.Select(rows => new Zipf(rows, Exponent).Counts(Examples))]),
        [.. Enumerable.Range(0, Fields).Select(f => new EmbeddedField(f, Pooling.Sum))],
        0);

    public static RunConfig Config(string method) => new()
    {
        Network = new NetworkConfig { Type = "dnn", HiddenUnits = [HiddenUnits, HiddenUnits] },
        Sizing = new SizingConfig { Method = method, EmbeddingDim = Dimension, Budget = method == "fixed" ? null : 0.25, FreezeEpoch = null },
        Training = new TrainingConfig
        {
            BatchSize = BatchSize,
            LearningRate = 1e-3,
            EmbeddingLearningRate = 0.01,
            EmbeddingOptimizer = "adagrad",
            Threads = Threads,
        },
    };

    /// <summary>Different batches, to be used in turn: rows are then as cold as in training.</summary>
    public static Batch[] Batches(int count, int seed)
    {
        var random = new Random(seed);
        Zipf[] zipfs = [.. Vocabularies.Select(rows => new Zipf(rows, Exponent))];
        return [.. Enumerable.Range(0, count).Select(_ => MakeBatch(zipfs, random))];
    }

    private static Batch MakeBatch(Zipf[] zipfs, Random random)
    {
        var batch = new Batch(BatchSize, [.. zipfs.Select(_ => false)], 0) { Count = BatchSize };
        int firstRow = 0;
        for (int field = 0; field < Fields; field++)
        {
            Span<int> rows = batch.RowBuffer(field);
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = firstRow + zipfs[field].Next(random);
            }

            firstRow += Vocabularies[field];
        }

        for (int i = 0; i < BatchSize; i++)
        {
            batch.LabelBuffer[i] = random.NextDouble() < 0.25 ? 1 : 0;
        }

        return batch;
    }

    private static int[] MakeVocabularies()
    {
        double[] shares = [.. Enumerable.Range(0, Fields).Select(field => 100 * Math.Pow(2500, field / (Fields - 1.0)))];
        double scale = TableRows / shares.Sum();
        int[] rows = [.. shares.Select(share => Math.Max(8, (int)(share * scale)))];
        rows[^1] += TableRows - rows.Sum();
        return rows;
    }
}
