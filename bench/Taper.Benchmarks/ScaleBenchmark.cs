using System.Buffers.Text;
using System.Diagnostics;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Natives;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Benchmarks;

/// <summary>
/// Examples: from 10 thousand to 10 million are prepared and trained on. Rows: from 1 to 100 million rows × D = 16 with
/// row-wise Adagrad: training on 2 million examples of 4 fields, a checkpoint written and read back, the bundle written and
/// looked up. AMTL at budget 0.25 with frozen sizes in a compact table, MLP 128-64 throughout. The largest table wants 20 GiB of memory and
/// 20 GB of disk: TAPER_SCALE_ROWS sets it.
/// </summary>
internal static class ScaleBenchmark
{
    private const int Fields = 4;
    private const int BatchSize = 4096;
    private const int Examples = 2_000_000;
    private const double Exponent = 1.05;

    public static Figures Run()
    {
        Libtorch.Prepare(ReferenceShape.Threads);
        int most = int.Parse(Environment.GetEnvironmentVariable("TAPER_SCALE_ROWS") ?? "100000000", System.Globalization.CultureInfo.InvariantCulture);
        Figures figures = new();
        for (int examples = 10_000; examples <= 10_000_000; examples *= 10)
        {
            ExampleScale.Measure(figures, examples, Config());
        }

        for (int rows = 1_000_000; rows <= most; rows *= 10)
        {
            Measure(figures, $"{rows / 1_000_000}M", rows);
        }

        return figures;
    }

    private static void Measure(Figures figures, string name, int rows)
    {
        string folder = Directory.CreateTempSubdirectory("taper-scale-").FullName;
        try
        {
            int vocabulary = rows / Fields;
            long[] counts = Counts(vocabulary);
            RunConfig config = Config();
            ModelShape shape = new(
                FrequencyGroups.Of([.. Enumerable.Range(0, Fields).Select(_ => counts)]),
                [.. Enumerable.Range(0, Fields).Select(field => new EmbeddedField(field, Pooling.Sum))],
                0);
            using CtrModel model = CtrModel.Create(shape, config);
            using ModelOptimizers optimizers = new(model, config.Training);
            figures.Add($"{name}LearningGibibytes", ExampleScale.Gibibytes(), "resident before sizes are frozen");
            ExampleScale.Freeze(model, optimizers);
            figures.Add($"{name}FrozenGibibytes", ExampleScale.Gibibytes(), "resident after that");
            double seconds = Seconds(() => Train(optimizers, vocabulary));
            figures.Add($"{name}SamplesPerSecond", Examples / seconds, $"one epoch over {Examples:N0} examples, batches drawn on the way");
            List<CheckpointTensor> tensors = [.. ModelState.Of(model), .. ModelState.Of(optimizers)];
            string checkpoint = Path.Combine(folder, "checkpoint");
            SnapshotMetadata metadata = new() { Dataset = "scale", Position = new TrainingPosition(), Sizes = [.. model.Sizer.Sizes], SizesFrozen = true, Compact = true, OptimizerSteps = ModelState.StepsOf(optimizers) };
            figures.Add($"{name}CheckpointSeconds", Seconds(() => Snapshot.Write(checkpoint, tensors, metadata)), "written, flushed, checksummed");
            figures.Add($"{name}ResumeSeconds", Seconds(() => Snapshot.Read(checkpoint, _ => tensors)), "checked and read back");
            Directory.Delete(checkpoint, recursive: true);
            string bundle = Path.Combine(folder, "bundle");
            figures.Add($"{name}ExportSeconds", Seconds(() => BundleWriter.Write(bundle, Content(model, shape, counts), Precision.Fp32)), "the fp32 bundle");
            figures.Add($"{name}BundleBytes", new DirectoryInfo(bundle).EnumerateFiles().Sum(file => file.Length), "");
            using Bundle read = Bundle.Open(bundle);
            figures.Add($"{name}LookupNanoseconds", Lookup(read), "key to row, uniformly drawn");
            figures.Add($"{name}PeakGibibytes", ExampleScale.PeakGibibytes(), "resident, of the process so far");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RunConfig Config() => new()
    {
        Network = new NetworkConfig { Type = "dnn", HiddenUnits = [128, 64] },
        Sizing = new SizingConfig { Method = "amtl", EmbeddingDim = 16, Budget = 0.25 },
        Training = new TrainingConfig { BatchSize = BatchSize, EmbeddingOptimizer = "rowwise_adagrad", EmbeddingLearningRate = 0.01, Threads = ReferenceShape.Threads },
    };

    private static void Train(ModelOptimizers optimizers, int vocabulary)
    {
        var random = new Random(7);
        var batch = new Batch(BatchSize, [.. Enumerable.Range(0, Fields).Select(_ => false)], 0) { Count = BatchSize };
        for (int step = 0; step < Examples / BatchSize; step++)
        {
            for (int field = 0; field < Fields; field++)
            {
                Span<int> target = batch.RowBuffer(field);
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = (field * vocabulary) + Draw(vocabulary, random.NextDouble());
                }
            }

            for (int i = 0; i < BatchSize; i++)
            {
                batch.LabelBuffer[i] = random.Next(2);
            }

            optimizers.Step(batch, 1);
        }
    }

    /// <summary>Zipf's law by inverting its continuous form: no table of 100 million numbers.</summary>
    private static int Draw(int vocabulary, double uniform)
    {
        double end = Math.Pow(vocabulary + 1.0, 1 - Exponent);
        return Math.Min(vocabulary - 1, (int)Math.Pow(1 - (uniform * (1 - end)), 1 / (1 - Exponent)) - 1);
    }

    private static long[] Counts(int vocabulary)
    {
        double end = 1 - Math.Pow(vocabulary + 1.0, 1 - Exponent);
        long[] counts = new long[vocabulary];
        for (int rank = 0; rank < vocabulary; rank++)
        {
            double share = (Math.Pow(rank + 1.0, 1 - Exponent) - Math.Pow(rank + 2.0, 1 - Exponent)) / end;
            counts[rank] = (long)Math.Round(1e9 * share);
        }

        return counts;
    }

    private static BundleContent Content(CtrModel model, ModelShape shape, long[] counts) => new()
    {
        Name = "scale",
        Fields = [.. Enumerable.Range(0, Fields).Select(f => new FeatureField { Name = $"f{f}", Kind = FieldKind.Categorical, Vocabulary = $"f{f}" })],
        Vocabularies =
        [
            .. Enumerable.Range(0, Fields).Select(f => new BundleVocabulary
            {
                Name = $"f{f}", Values = new Names(counts.Length), Counts = counts, Sizes = SizesOf(model, shape, f * counts.Length, counts.Length), FirstRow = f * counts.Length,
            }),
        ],
        Embeddings = model.Table,
        Network = model.Network.Export(),
        Sizing = "amtl",
    };

    private static byte[] SizesOf(CtrModel model, ModelShape shape, int first, int count)
    {
        byte[] sizes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            sizes[i] = model.Sizer.Sizes[shape.Groups.GroupOfRow[first + i]];
        }

        return sizes;
    }

    private static double Lookup(Bundle bundle)
    {
        const int keys = 4096, rounds = 200;
        CompactTable table = bundle.Tables[0];
        var random = new Random(8);
        ulong[][] requests = [.. Enumerable.Range(0, rounds).Select(_ => Enumerable.Range(0, keys)
            .Select(_ => FeatureKey.Hash($"v{random.Next(table.Rows)}", bundle.Manifest.Vocabularies[0].HashSeed)).ToArray())];
        int[] rows = new int[keys];
        float[] output = new float[keys * table.Dimension];
        double seconds = Seconds(() =>
        {
            foreach (ulong[] request in requests)
            {
                table.Find(request, rows);
                table.Read(rows, output, table.Dimension);
            }
        });
        return seconds * 1e9 / (keys * rounds);
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>v0, v1, ... made when they are asked for.</summary>
    private sealed class Names(int count) : FeatureValues
    {
        public override int Count => count;

        public override void Visit(Action<int, ReadOnlySpan<byte>> visitor)
        {
            Span<byte> text = stackalloc byte[16];
            text[0] = (byte)'v';
            for (int id = 0; id < count; id++)
            {
                Utf8Formatter.TryFormat(id, text[1..], out int digits);
                visitor(id, text[..(1 + digits)]);
            }
        }
    }
}
