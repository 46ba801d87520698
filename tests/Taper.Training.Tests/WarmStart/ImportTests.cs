using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;
using Taper.Models;
using Taper.Training.Runs;
using Taper.Training.Tests.Runs;
using Taper.Training.WarmStart;

namespace Taper.Training.Tests.WarmStart;

/// <summary>Trainings that start from weights which another program wrote.</summary>
public sealed class ImportTests : IClassFixture<TinyDataset>
{
    private static readonly string[] Network = ["mlp.0.weight", "mlp.0.bias", "output.weight", "output.bias"];

    private readonly TinyDataset _data;
    private readonly string _foreign;
    private readonly string _trained;

    public ImportTests(TinyDataset data)
    {
        _data = data;
        _trained = data.NewFolder();
        Trainer.Run(Request(_trained, Config(), null), new Silent(), TestContext.Current.CancellationToken);
        _foreign = data.NewFolder();
        Directory.CreateDirectory(_foreign);
        WriteForeign();
    }

    [Fact]
    public void A_model_starts_as_the_one_whose_weights_it_reads()
    {
        EpochResult start = Start(WeightsFile, Import(inOneFile: true));
        using TrainedRun trained = TrainedRun.Open(_trained);
        Assert.Equal(trained.Result!.Validation.Auc, start.Validation.Auc, 1e-7);
        Assert.Equal(trained.Result.Validation.Logloss, start.Validation.Logloss, 1e-6);
    }

    [Fact]
    public void A_folder_of_npy_files_gives_the_tables_alone()
    {
        string imported = _data.NewFolder();
        Trainer.Run(
            Request(imported, Config() with { Import = Import(inOneFile: false) }, _foreign), new Silent(), TestContext.Current.CancellationToken);
        using Bundle expected = Exported(_trained);
        using Bundle read = Exported(imported);
        float[] one = new float[8], other = new float[8];
        foreach ((CompactTable from, CompactTable to) in expected.Tables.Zip(read.Tables))
        {
            foreach (string value in _data.Dataset.Vocabularies.First(vocabulary => vocabulary.Name == to.Name).Values.ToArray().Skip(2))
            {
                from.Read(from.RowOf(value), other);
                to.Read(to.RowOf(value), one);
                Assert.Equal(other, one);
            }
        }

        Assert.NotEqual(expected.ReadNetworkWeights()["output.weight"].Data, read.ReadNetworkWeights()["output.weight"].Data);
    }

    [Fact]
    public void Rows_without_keys_are_of_the_values_that_are_their_numbers()
    {
        using WeightFile file = WeightFile.Open(WeightsFile);
        ImportedTable table = new(TensorRows.Find(file, "emb.narrow", null), null, new ImportedTableConfig { UnknownRow = 1 });
        Assert.Equal((3, 1, 1), (table.Dimension, table.UnknownRow, table.MissingRow));
        foreach ((string value, int row) in new[] { ("0", 0), ("3", 3), ("4", -1), ("03", -1), ("+3", -1), ("-0", -1), ("3x", -1), ("three", -1), ("99999999999999999999", -1) })
        {
            Assert.Equal(row, table.Find(Encoding.UTF8.GetBytes(value)));
        }

        float[] numbers = new float[3];
        table.Read(3, numbers);
        Assert.Equal([9, 10, 11], numbers);
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_line()
    {
        ImportedTableConfig user = Import(true).Vocabularies["user"];
        Refused<ArtifactException>(user with { Tensor = "emb.nobody" }, "has no tensor");
        Refused<ArtifactException>(user with { Tensor = "net.mlp.0.bias" }, "is no table");
        Refused<ArtifactException>(user with { Tensor = "emb.wide", Keys = null, Column = "" }, "up to 255 dimensions");
        Refused<ArtifactException>(user with { Keys = null }, "the file of the keys");
        Refused<ArtifactException>(user with { Keys = "item.csv" }, "name the file of its keys");
        Refused<ArtifactException>(user with { Keys = "twice.csv" }, "twice");
        Refused<DataException>(user with { Keys = "none.csv" }, "none.csv");
        Refused<DataException>(user with { Column = "nothing" }, "nothing");
        Refused<ArtifactException>(user with { UnknownRow = 1_000_000 }, "beyond");
        Refused<ArtifactException>(user with { Tensor = "emb.narrow", Keys = null, Column = "" }, "set it to 3");
        Refused<ArtifactException>(user with { Tensor = "emb.infinite", Keys = null, Column = "", UnknownRow = 0 }, "not finite");
        RefusedNetwork(Without("mlp.0.bias"), "lacks the weight mlp.0.bias");
        RefusedNetwork(With("mlp.7.bias", "net.mlp.0.bias"), "names the weight mlp.7.bias");
        RefusedNetwork(With("bias", "net.output.bias"), "names the weight bias");
        RefusedNetwork(With("mlp.0.bias", "net.output.bias"), "is [1], the network's is [12]");
        RefusedNetwork(With("mlp.0.bias", "net.nothing"), "has no tensor");
    }

    [Fact]
    public void A_row_without_a_key_is_named_by_its_number_alone()
    {
        string keys = Path.Combine(_foreign, "some.csv");
        File.WriteAllText(keys, "row,value\n0,\n1,\n2,x\n3,\n");
        using WeightFile file = WeightFile.Open(WeightsFile);
        ImportedTable table = new(TensorRows.Find(file, "emb.narrow", null), RowKeys.Read(keys, "value"), new ImportedTableConfig { UnknownRow = 0, MissingRow = 1 });
        Assert.Equal((0, 1, 2, -1), (table.UnknownRow, table.MissingRow, table.Find("x"u8), table.Find(""u8)));
    }

    [Fact]
    public void First_order_weights_are_one_for_each_row()
    {
        using WeightFile file = WeightFile.Open(WeightsFile);
        Assert.Null(TensorRows.Find(file, "emb.narrow", null).FirstOrderOf(1));
        Assert.Equal(2, TensorRows.Find(file, "emb.narrow", (file, "emb.column")).FirstOrderOf(2));
        ArtifactException refused = Assert.Throws<ArtifactException>(() => TensorRows.Find(file, "emb.narrow", (file, "net.mlp.0.bias")));
        Assert.Contains("is [12], the first-order weights of 4 rows are [4]", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArtifactException>(() => TensorRows.Find(file, "emb.narrow", (file, "emb.narrow")));
    }

    [Fact]
    public void A_Parquet_file_gives_values_and_embeddings()
    {
        string parquet = WriteParquet("user");
        Dictionary<string, ImportedTableConfig> tables = new(Import(true).Vocabularies) { ["user"] = Parquet };
        ImportConfig import = Import(true) with { Vocabularies = tables };
        Assert.Equal(Start(WeightsFile, Import(true)).Validation, Start(WeightsFile, import).Validation);

        ImportConfig alone = new() { Vocabularies = new Dictionary<string, ImportedTableConfig> { ["user"] = Parquet with { File = null } } };
        Start(parquet, alone);
        Start(parquet, alone with { Network = Without(""), NetworkFile = "weights.safetensors" });
        Start(_foreign, import with { NetworkFile = "weights.safetensors", Vocabularies = new Dictionary<string, ImportedTableConfig> { ["user"] = Parquet with { Keys = "user.csv" } } });
        Refused<ArtifactException>(parquet, alone with { Network = Without("") }, "name that in import.network_file");
        Refused<ArtifactException>(parquet, alone with { Network = Without(""), NetworkFile = "none.pt" }, "none.pt is missing");
    }

    [Fact]
    public void A_Parquet_file_that_does_not_fit_is_refused_in_a_line()
    {
        WriteParquet("user");
        Refused<ArtifactException>(Parquet with { Tensor = "nothing" }, "there is no column nothing; the columns are value, count, embedding, wide");
        Refused<ArtifactException>(Parquet with { Tensor = "count" }, "lists of FLOAT or DOUBLE");
        Refused<ArtifactException>(Parquet with { Tensor = "wide" }, "up to 255 dimensions");
        Refused<ArtifactException>(Parquet with { Column = "nothing" }, "there is no column nothing");
        Refused<ArtifactException>(Parquet with { Column = "embedding" }, "set import's column");
        Refused<ArtifactException>(Parquet with { Column = "count" }, "twice");
        Refused<ArtifactException>(Parquet with { UnknownRow = 1_000_000 }, "beyond");
        Refused<ArtifactException>(Parquet with { Keys = "item.csv" }, "name the file of its keys");
        Refused<ArtifactException>(Parquet with { FirstOrder = "user", FirstOrderFile = "user.npy" }, "a column of the same file");
        Refused<ArtifactException>(Parquet with { FirstOrderFile = "user.npy" }, "first_order_file needs first_order");
        Refused<ArtifactException>(Parquet with { FirstOrder = "value" }, "first-order weights are FLOAT or DOUBLE");
    }

    [Fact]
    public void A_section_that_would_be_ignored_is_refused()
    {
        ImportConfig import = Import(true);
        Refused<ArtifactException>(WeightsFile, new ImportConfig(), "needs an import: section");
        Refused<ArtifactException>(_trained, import, "is a run, which needs no import: section");
        string bundle = _data.NewFolder();
        Exported(_trained, bundle).Dispose();
        Refused<ArtifactException>(bundle, import, "is a bundle, which needs no import: section");
        Refused<ArtifactException>(
            WeightsFile, import with { Vocabularies = new Dictionary<string, ImportedTableConfig> { ["nobody"] = import.Vocabularies["user"] } }, "has no vocabulary 'nobody'");
        Refused<ArtifactException>(_foreign, Import(false) with { Network = Without("") }, "one file of weights");
        TrainingException none = Assert.Throws<TrainingException>(() => Trainer.Run(
            Request(_data.NewFolder(), Config() with { Import = import }, null), new Silent(), TestContext.Current.CancellationToken));
        Assert.Contains("add --init-from", none.Message, StringComparison.Ordinal);
    }

    private void Refused<T>(ImportedTableConfig user, string problem)
        where T : Exception =>
        Refused<T>(WeightsFile, Import(true) with { Vocabularies = new Dictionary<string, ImportedTableConfig>(Import(true).Vocabularies) { ["user"] = user } }, problem);

    private void RefusedNetwork(Dictionary<string, string> network, string problem) =>
        Refused<ArtifactException>(WeightsFile, Import(true) with { Network = network }, problem);

    private void Refused<T>(string path, ImportConfig import, string problem)
        where T : Exception
    {
        string message = Assert.Throws<T>(() => Start(path, import)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static Dictionary<string, string> Without(string weight) =>
        Network.Where(name => name != weight).ToDictionary(name => name, name => $"net.{name}");

    private static Dictionary<string, string> With(string weight, string tensor) =>
        new(Network.ToDictionary(name => name, name => $"net.{name}")) { [weight] = tensor };

    private ImportConfig Import(bool inOneFile) => new()
    {
        Vocabularies = _data.Dataset.Vocabularies.ToDictionary(vocabulary => vocabulary.Name, vocabulary => new ImportedTableConfig
        {
            Tensor = inOneFile ? $"emb.{vocabulary.Name}" : vocabulary.Name,
            File = inOneFile ? null : $"{vocabulary.Name}.npy",
            Keys = $"{vocabulary.Name}.csv",
            Column = "value",
            UnknownRow = 0,
            MissingRow = 1,
        }),
        Network = inOneFile ? Network.ToDictionary(name => name, name => $"net.{name}") : [],
    };

    private static ImportedTableConfig Parquet => new() { File = "user.parquet", Tensor = "embedding", Column = "value", UnknownRow = 0, MissingRow = 1 };

    /// <summary>Writes the rows of the weights file, and columns that do not fit.</summary>
    private string WriteParquet(string name)
    {
        string path = Path.Combine(_foreign, $"{name}.parquet");
        using WeightFile file = WeightFile.Open(WeightsFile);
        _data.Dataset.Vocabularies.First(vocabulary => vocabulary.Name == name).WriteParquet(
            path,
            [
                VocabularyColumn.Of("embedding", 8, (row, destination) => file.Read($"emb.{name}", row * 8L, destination)),
                VocabularyColumn.Of("wide", 256, (_, destination) => destination.Clear()),
            ],
            TestContext.Current.CancellationToken);
        return path;
    }

    private string WeightsFile => Path.Combine(_foreign, "weights.safetensors");

    /// <summary>Where a training that changes nothing begins.</summary>
    private EpochResult Start(string path, ImportConfig import)
    {
        RecordedProgress messages = new();
        Trainer.Run(Request(_data.NewFolder(), Config() with { Import = import }, path), messages, TestContext.Current.CancellationToken);
        return messages.Epochs[0];
    }

    private Bundle Exported(string run) => Exported(run, _data.NewFolder());

    private static Bundle Exported(string run, string bundle)
    {
        using TrainedRun trained = TrainedRun.Open(run);
        trained.Export(bundle, Precision.Fp32);
        return Bundle.Open(bundle);
    }

    private void WriteForeign()
    {
        using Bundle opened = Exported(_trained);
        List<(SafetensorsTensor Tensor, float[] Numbers)> tensors = [];
        foreach (Vocabulary vocabulary in _data.Dataset.Vocabularies)
        {
            CompactTable table = opened.Tables.First(t => t.Name == vocabulary.Name);
            string[] values = vocabulary.Values.ToArray();
            float[] numbers = new float[values.Length * 8];
            for (int id = 0; id < values.Length; id++)
            {
                int row = id switch { 0 => table.UnknownRow, 1 => table.MissingRow, _ => table.RowOf(values[id]) };
                table.Read(row, numbers.AsSpan(id * 8, 8));
            }

            tensors.Add((new SafetensorsTensor($"emb.{vocabulary.Name}", SafetensorsDtype.F32, [values.Length, 8]), numbers));
            File.WriteAllBytes(Path.Combine(_foreign, $"{vocabulary.Name}.npy"), Npy(values.Length, numbers));
            File.WriteAllLines(Path.Combine(_foreign, $"{vocabulary.Name}.csv"), ["row,value", "0,(unknown)", "1,(missing)", .. values.Skip(2).Select((value, i) => $"{i + 2},{value}")]);
        }

        File.WriteAllText(Path.Combine(_foreign, "twice.csv"), "row,value\n0,a\n1,a\n");
        tensors.AddRange(opened.ReadNetworkWeights().Where(weight => Network.Contains(weight.Key)).Select(weight =>
            (new SafetensorsTensor($"net.{weight.Key}", SafetensorsDtype.F32, [.. weight.Value.Shape.Select(width => (long)width)]), weight.Value.Data)));
        tensors.Add((new SafetensorsTensor("emb.narrow", SafetensorsDtype.F32, [4, 3]), [.. Enumerable.Range(0, 12).Select(i => (float)i)]));
        tensors.Add((new SafetensorsTensor("emb.column", SafetensorsDtype.F32, [4, 1]), [0, 1, 2, 3]));
        tensors.Add((new SafetensorsTensor("emb.wide", SafetensorsDtype.F32, [1, 300]), new float[300]));
        tensors.Add((new SafetensorsTensor("emb.infinite", SafetensorsDtype.F32, [2, 8]), [.. Enumerable.Repeat(float.PositiveInfinity, 16)]));
        using FileStream stream = File.Create(WeightsFile);
        SafetensorsWriter writer = new(stream, [.. tensors.Select(tensor => tensor.Tensor)]);
        tensors.ForEach(tensor => writer.Write<float>(tensor.Numbers));
        writer.Complete();
    }

    private static byte[] Npy(int rows, float[] numbers)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 8), }}").PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes<float>(numbers)];
    }

    private static RunConfig Config() => new()
    {
        Network = new NetworkConfig { HiddenUnits = [12] },
        Sizing = new SizingConfig { Method = "fixed", EmbeddingDim = 8 },
        Training = new TrainingConfig { Epochs = 2, BatchSize = 128, LearningRate = 0.02, Threads = 1 },
    };

    private TrainingRequest Request(string run, RunConfig config, string? source) => new()
    {
        Config = source is null ? config : config with { Training = config.Training with { Epochs = 1, FreezeEmbeddings = 1, FreezeNetwork = 1 } },
        DatasetFolder = _data.Folder,
        RunFolder = run,
        InitFrom = source,
    };
}
