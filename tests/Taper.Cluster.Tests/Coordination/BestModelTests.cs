using Taper.Cluster.Checkpoints;
using Taper.Cluster.Coordination;
using Taper.Cluster.Shards;
using Taper.Cluster.Tests.Shards;
using Taper.Embeddings;
using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests.Coordination;

/// <summary>Shards of a checkpoint, joined, against what one process writes of the whole model.</summary>
public sealed class BestModelTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private static readonly TrainingPosition Position = new() { Epoch = 2, BestEpoch = 2, Seconds = 3 };

    [Theory]
    [InlineData("fixed", "dnn", 1)]
    [InlineData("fixed", "deepfm", 3)]
    [InlineData("frequency_rule", "deepfm", 3)]
    [InlineData("amtl", "dnn", 2)]
    [InlineData("amtl", "wide_deep", 5)]
    public void Joined_shards_are_the_bytes_of_the_whole_model(string method, string network, int shards)
    {
        RunConfig config = Configs.Of(method, network);
        using CtrModel model = Model(config);
        (string expected, string checkpoint, string joined) = (data.NewFolder(), data.NewFolder(), data.NewFolder());
        bool isCompact = model.IsSmallerCompact;
        Snapshot.Write(expected, isCompact ? ModelState.OfKept(model) : ModelState.Of(model), Metadata(model) with
        {
            Position = Position with { Seconds = 0 },
            Compact = isCompact,
        });
        WriteCheckpoint(checkpoint, model, config, shards);
        Join(joined, checkpoint, model, shards);
        Assert.Equal(Bytes(expected), Bytes(joined));
    }

    [Fact]
    public void A_damaged_shard_is_refused_by_name()
    {
        RunConfig config = Configs.Of("fixed");
        using CtrModel model = Model(config);
        (string checkpoint, string joined) = (data.NewFolder(), data.NewFolder());
        WriteCheckpoint(checkpoint, model, config, shards: 2);
        string damaged = Path.Combine(checkpoint, PartNames.OfShard(1), "state.safetensors");
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        var refusal = Assert.Throws<ArtifactException>(() => Join(joined, checkpoint, model, shards: 2));
        Assert.Contains(damaged, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(joined));
    }

    /// <summary>As when what is kept is too much for a compact table of one file, and not for those of the shards.</summary>
    [Fact]
    public void Rows_that_are_stored_shorter_than_they_are_written_end_in_zeros()
    {
        string folder = data.NewFolder();
        Directory.CreateDirectory(folder);
        (string shard, string joined) = (Path.Combine(folder, "shard"), Path.Combine(folder, "joined"));
        using var table = new EmbeddingTable(2, 3);
        table.FillNormal(1, 1);
        Write(shard, CheckpointTensor.OfPrefixes("embeddings", table, row => row + 1, 3));
        using (SafetensorsFile file = SafetensorsFile.Open(shard))
        {
            Write(joined, new ShardedRows("embeddings", [2, 3], [file], new ShardLayout(2, 1)) { StoredSize = row => row + 1, KeptSize = _ => 3 });
        }

        using SafetensorsFile written = SafetensorsFile.Open(joined);
        Assert.Equal([table[0][0], 0, 0, table[1][0], table[1][1], 0], Floats(written.Tensor("embeddings")));
    }

    [Fact]
    public void Shards_without_rows_join_too()
    {
        var c = new ShardCase(1, 2, 3, 4, true);
        string folder = data.NewFolder();
        Directory.CreateDirectory(folder);
        EmbeddingShard[] shards = c.Divided(c.Config("adagrad"), [.. Enumerable.Repeat((byte)3, c.Groups.Count)]);
        SafetensorsFile[] files = [.. shards.Select((shard, index) =>
        {
            Write(Path.Combine(folder, $"{index}"), shard.State[0]);
            return SafetensorsFile.Open(Path.Combine(folder, $"{index}"));
        })];
        Write(Path.Combine(folder, "joined"), new ShardedRows("embeddings", [2, 3], files, c.Layout) { StoredSize = _ => 3, KeptSize = _ => 3 });
        using (SafetensorsFile written = SafetensorsFile.Open(Path.Combine(folder, "joined")))
        {
            Assert.Equal(shards[0].Read([0])[..3].Concat(shards[1].Read([0])[..3]), Floats(written.Tensor("embeddings")));
        }

        Array.ForEach(files, file => file.Dispose());
        Array.ForEach(shards, shard => shard.Dispose());
    }

    [Fact]
    public void A_shard_with_too_few_rows_is_refused()
    {
        string folder = data.NewFolder();
        Directory.CreateDirectory(folder);
        using var table = new EmbeddingTable(2, 3);
        Write(Path.Combine(folder, "shard"), CheckpointTensor.OfPrefixes("embeddings", table, row => row + 1, 3));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "shard"));
        Assert.Throws<ArtifactException>(() => Write(
            Path.Combine(folder, "joined"),
            new ShardedRows("embeddings", [2, 3], [file], new ShardLayout(2, 1)) { StoredSize = _ => 3, KeptSize = _ => 3 }));
    }

    /// <summary>With sizes that differ, where the method learns them.</summary>
    private CtrModel Model(RunConfig config)
    {
        CtrModel model = CtrModel.Create(data.Dataset, config);
        if (model.Sizer.IsLearning)
        {
            model.Sizer.State = new SizerState([.. model.Sizer.Sizes.ToArray().Select((_, group) => (byte)(1 + (group % 3)))], false);
        }

        return model;
    }

    private void WriteCheckpoint(string checkpoint, CtrModel model, RunConfig config, int shards)
    {
        var layout = new ShardLayout(model.Table.Rows, shards);
        TrainingPlan plan = Plans.Of(config, data.Folder, "run", 1, shards);
        for (int index = 0; index < shards; index++)
        {
            using var shard = new EmbeddingShard(
                layout,
                new ShardTask(plan, index, [.. model.Sizer.Sizes], model.Table.IsCompact, model.FirstOrderTable is not null, null, null),
                config,
                model.Sizer.Groups);
            Snapshot.Write(Path.Combine(checkpoint, PartNames.OfShard(index)), shard.State, Metadata(model));
        }

        using var optimizers = new ModelOptimizers(model, config.Training);
        Snapshot.Write(
            Path.Combine(checkpoint, PartNames.Replica),
            [.. ModelState.OfDense(model.Network, model.Sizer), .. ModelState.OfAdams(optimizers.Network, optimizers.SizerAdam)],
            Metadata(model));
    }

    private static void Join(string joined, string checkpoint, CtrModel model, int shards)
    {
        using WholeCheckpoint whole = WholeCheckpoint.Open(new FolderCheckpoints(new RunFolder(checkpoint)), checkpoint, shards);
        BestModel.Write(joined, whole, new ShardLayout(model.Table.Rows, shards), model.Sizer);
    }

    private SnapshotMetadata Metadata(CtrModel model) => new()
    {
        Dataset = data.Dataset.Fingerprint,
        Position = Position,
        Sizes = [.. model.Sizer.Sizes],
        SizesFrozen = !model.Sizer.IsLearning,
    };

    private static void Write(string path, CheckpointTensor tensor)
    {
        using FileStream stream = File.Create(path);
        var writer = new SafetensorsWriter(stream, [tensor.Declaration]);
        tensor.WriteTo(writer);
        writer.Complete();
    }

    private static unsafe float[] Floats(SafetensorsView view) => new ReadOnlySpan<float>(view.Pointer, (int)(view.ByteLength / sizeof(float))).ToArray();

    private static byte[] Bytes(string folder) => File.ReadAllBytes(Path.Combine(folder, "state.safetensors"));
}
