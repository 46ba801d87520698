using System.Text;
using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;
using Taper.Models;
using Taper.Training.Interchange;
using Taper.Training.Runs;
using Taper.Training.Tests.Runs;

namespace Taper.Training.Tests.Interchange;

/// <summary>Weights on their way to other programs, and back.</summary>
public sealed class WeightExportTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    [Theory]
    [InlineData("fixed", "dnn", false)]
    [InlineData("amtl", "wide_deep", true)]
    [InlineData("magnitude", "dnn", false)]
    [InlineData("deeplight", "deepfm", false)]
    [InlineData("hashing", "dnn", false)]
    [InlineData("quotient_remainder", "fm", false)]
    [InlineData("mde", "dcn_v2", false)]
    public void Every_row_is_what_the_scorer_reads(string method, string network, bool sizeZero)
    {
        using TrainedRun run = Trained(method, network, sizeZero);
        string folder = data.NewFolder();
        run.Export(folder, Precision.Fp32);
        using Bundle bundle = Bundle.Open(folder);
        foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
        {
            string weights = Exported(run, format);
            foreach (Vocabulary vocabulary in data.Dataset.Vocabularies)
            {
                CheckTable(weights, format, vocabulary, bundle.Tables.First(table => table.Name == vocabulary.Name));
            }

            using WeightFile file = WeightFile.Open(Path.Combine(weights, format == WeightFormat.Safetensors ? "model.safetensors" : "network.safetensors"));
            foreach ((string name, NetworkTensor tensor) in bundle.ReadNetworkWeights())
            {
                float[] numbers = new float[tensor.Data.Length];
                file.Read(name, 0, numbers);
                Assert.Equal(tensor.Shape.Select(width => (long)width), file.Tensors[name]);
                Assert.Equal(tensor.Data, numbers);
            }
        }
    }

    [Theory]
    [InlineData("amtl", "dnn", true)]
    [InlineData("fixed", "wide_deep", false)]
    [InlineData("hashing", "fm", false)]
    public void A_training_that_changes_nothing_predicts_as_the_model_that_was_exported(string method, string network, bool sizeZero)
    {
        using TrainedRun run = Trained(method, network, sizeZero);
        float[] expected = run.Predict("test", TestContext.Current.CancellationToken);
        foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
        {
            string weights = Exported(run, format), again = data.NewFolder();
            RunConfig config = Config("fixed", network, false);
            Trainer.Run(
                new TrainingRequest
                {
                    Config = config with
                    {
                        Import = ImportOf(weights),
                        Training = config.Training with { Epochs = 1, FreezeEmbeddings = 1, FreezeNetwork = 1 },
                    },
                    DatasetFolder = data.Folder,
                    RunFolder = again,
                    InitFrom = weights,
                },
                new Silent(),
                TestContext.Current.CancellationToken);
            using TrainedRun imported = TrainedRun.Open(again);
            Assert.Equal(expected, imported.Predict("test", TestContext.Current.CancellationToken), (a, b) => Math.Abs(a - b) <= 1e-5);
        }
    }

    [Fact]
    public void What_cannot_be_imported_says_so_in_its_section()
    {
        using TrainedRun run = Trained("mde", "dnn", false);
        string line = File.ReadAllLines(Path.Combine(Exported(run, WeightFormat.Parquet), "import.yaml"))[0];
        Assert.Contains("the network projects its embeddings (sizing.method mde)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_folder_of_its_own_files_is_one_that_may_be_replaced()
    {
        using TrainedRun run = Trained("fixed", "dnn", false);
        string folder = Exported(run, WeightFormat.Npy);
        Assert.True(WeightExport.IsAt(folder));
        run.ExportWeights(folder, WeightFormat.Parquet, TestContext.Current.CancellationToken);
        Assert.Empty(Directory.GetFiles(folder, "*.npy"));
        File.WriteAllText(Path.Combine(folder, "mine.parquet"), "mine");
        Assert.False(WeightExport.IsAt(folder));
        string other = data.NewFolder();
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "import.yaml"), "import: {}\n");
        Assert.False(WeightExport.IsAt(other));
    }

    [Fact]
    public void A_vocabulary_that_is_called_as_a_weight_is_refused()
    {
        TensorFile file = new(TestContext.Current.CancellationToken);
        file.Add("output.weight", [2, 3], (_, row) => row.Clear());
        file.Add(new Dictionary<string, NetworkTensor> { ["output.weight"] = new NetworkTensor([1, 2], [1, 2]) });
        ArtifactException refused = Assert.Throws<ArtifactException>(() => file.Write(data.NewFolder()));
        Assert.Contains("both named output.weight; export as npy or parquet", refused.Message, StringComparison.Ordinal);
    }

    private static void CheckTable(string weights, WeightFormat format, Vocabulary vocabulary, CompactTable table)
    {
        float[] expected = new float[table.Dimension], row = new float[table.Dimension], weight = new float[1];
        long[] counts = vocabulary.ReadCounts();
        string[] values = vocabulary.Values.ToArray();
        int RowOf(int id) => id switch { 0 => table.UnknownRow, 1 => table.MissingRow, _ => table.RowOf(values[id]) };
        string name = vocabulary.Name, parquet = Path.Combine(weights, $"{name}.parquet");
        CheckValues(parquet, values, counts, id => table.SizeOf(RowOf(id)));
        using WeightFile? file = format == WeightFormat.Parquet ? null
            : WeightFile.Open(Path.Combine(weights, format == WeightFormat.Npy ? $"{name}.npy" : "model.safetensors"));
        using WeightFile? first = format == WeightFormat.Npy && table.HasFirstOrder ? WeightFile.Open(Path.Combine(weights, $"{name}.first_order.npy")) : null;
        List<float[]> rows = file is null ? Embeddings(parquet, table.HasFirstOrder) : [];
        for (int id = 0; id < values.Length; id++)
        {
            table.Read(RowOf(id), expected);
            weight[0] = table.FirstOrderOf(RowOf(id));
            if (file is null)
            {
                Assert.Equal([.. expected, .. table.HasFirstOrder ? weight : []], rows[id]);
                continue;
            }

            file.Read(format == WeightFormat.Npy ? name : $"{name}.weight", (long)id * table.Dimension, row);
            Assert.Equal(expected, row);
            if (table.HasFirstOrder)
            {
                (first ?? file).Read($"{name}.first_order", id, row.AsSpan(0, 1));
                Assert.Equal(weight[0], row[0]);
            }
        }
    }

    private static void CheckValues(string parquet, string[] values, long[] counts, Func<int, int> sizeOf)
    {
        int id = 0;
        using RowSource source = RowSource.Open(parquet, TestContext.Current.CancellationToken);
        foreach (RawChunk chunk in source.ReadChunks(["value", "count", "size"]))
        {
            for (int i = 0; i < chunk.Count; i++, id++)
            {
                Assert.Equal((id < 2 ? null : values[id], $"{counts[id]}", $"{sizeOf(id)}"), (chunk[0, i], chunk[1, i], chunk[2, i]));
            }
        }

        Assert.Equal(values.Length, id);
    }

    private static List<float[]> Embeddings(string parquet, bool hasFirstOrder)
    {
        List<float[]> rows = [];
        using EmbeddingSource source = EmbeddingSource.Open(parquet, TestContext.Current.CancellationToken);
        foreach (EmbeddingChunk chunk in source.ReadChunks(new EmbeddingColumns("embedding", null, hasFirstOrder ? "first_order" : null)))
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                rows.Add(hasFirstOrder ? [.. chunk.EmbeddingOf(i), chunk.FirstOrderOf(i)] : chunk.EmbeddingOf(i).ToArray());
            }
        }

        return rows;
    }

    private static ImportConfig ImportOf(string folder)
    {
        string path = Path.Combine(folder, "import.yaml");
        return ConfigDocument.Parse(File.ReadAllText(path, Encoding.UTF8), path, [], new Dictionary<string, string>()).Bind<ImportConfig>("import");
    }

    private string Exported(TrainedRun run, WeightFormat format)
    {
        string folder = data.NewFolder();
        run.ExportWeights(folder, format, TestContext.Current.CancellationToken);
        return folder;
    }

    private TrainedRun Trained(string method, string network, bool sizeZero)
    {
        string run = data.NewFolder();
        Trainer.Run(
            new TrainingRequest { Config = Config(method, network, sizeZero), DatasetFolder = data.Folder, RunFolder = run },
            new Silent(),
            TestContext.Current.CancellationToken);
        return TrainedRun.Open(run);
    }

    private static RunConfig Config(string method, string network, bool sizeZero) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12] },
        Sizing = new SizingConfig
        {
            Method = method,
            EmbeddingDim = 8,
            Budget = method == "fixed" ? null : 0.4,
            FreezeEpoch = 1,
            SizeZero = sizeZero,
            Hashing = new HashingConfig { Threshold = 10 },
            QuotientRemainder = new QuotientRemainderConfig { Threshold = 10 },
        },
        Training = new TrainingConfig { Epochs = 2, BatchSize = 128, LearningRate = 0.02, Threads = 1 },
    };
}
