using Amazon.S3;
using Taper.Cluster.Checkpoints;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests.Checkpoints;

/// <summary>What holds for checkpoints wherever they are kept.</summary>
public sealed class CheckpointStoreTests(TinyDataset data) : IClassFixture<TinyDataset>, IAsyncLifetime
{
    private ObjectServer _server = null!;
    private AmazonS3Client _s3 = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ObjectServer.StartAsync();
        _s3 = new AmazonS3Client("key", "secret", new AmazonS3Config { ServiceURL = _server.Address, ForcePathStyle = true, MaxErrorRetry = 0 });
    }

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task A_checkpoint_is_there_once_all_its_parts_are(string kind)
    {
        ICheckpointStore store = Store(kind);
        Assert.Empty(store.NewestFirst());
        store.Write(7, place =>
        {
            WritePart(store, place, "replica", 1);
            Assert.Empty(store.NewestFirst());
            WritePart(store, place, "shard-00000", 2);
        });
        string checkpoint = Assert.Single(store.NewestFirst());
        Assert.Equal(checkpoint, store.Of(7));
        Assert.Equal((1f, 2f), (await ReadPart(store, checkpoint, "replica"), await ReadPart(store, checkpoint, "shard-00000")));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task One_that_is_not_finished_is_none_and_gives_way_to_the_next(string kind)
    {
        ICheckpointStore store = Store(kind);
        Assert.Throws<TimeoutException>(() => store.Write(7, place =>
        {
            WritePart(store, place, "replica", 1);
            throw new TimeoutException();
        }));
        Assert.Empty(store.NewestFirst());
        store.Write(7, place => WritePart(store, place, "replica", 2));
        Assert.Equal(2, await ReadPart(store, Assert.Single(store.NewestFirst()), "replica"));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task The_newest_ones_and_the_best_are_kept(string kind)
    {
        ICheckpointStore store = Store(kind);
        foreach (long step in new long[] { 5, 10, 100, 9, 99 })
        {
            store.Write(step, place => WritePart(store, place, "replica", step));
        }

        store.Prune(best: 9);
        float[] kept = await Task.WhenAll(store.NewestFirst().Select(place => ReadPart(store, place, "replica")));
        Assert.Equal([100f, 99f, 9f], kept.AsEnumerable());
        Assert.Equal(9, await ReadPart(store, store.Of(9), "replica"));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task A_part_that_is_damaged_is_refused_by_where_it_is_kept(string kind)
    {
        ICheckpointStore store = Store(kind);
        store.Write(7, place => WritePart(store, place, "replica", 1));
        string checkpoint = store.Of(7);
        Damage(kind, checkpoint);
        using CheckpointPart part = await store.OpenPartAsync(checkpoint, "replica");
        var refusal = Assert.Throws<ArtifactException>(() => part.OpenSnapshot(out _));
        Assert.StartsWith($"{checkpoint}/replica/state.safetensors", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, Assert.Throws<CheckpointRefusedException>(() => part.ReadSnapshot(_ => [])).Message);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task A_part_that_is_missing_is_refused(string kind)
    {
        ICheckpointStore store = Store(kind);
        store.Write(7, place => WritePart(store, place, "replica", 1));
        var refusal = await Assert.ThrowsAsync<ArtifactException>(async () =>
        {
            using CheckpointPart part = await store.OpenPartAsync(store.Of(7), "shard-00000");
            part.OpenSnapshot(out _).Dispose();
        });
        Assert.Contains("shard-00000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("incomplete", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_training_s_objects_are_left_alone()
    {
        ICheckpointStore store = Store("bucket");
        string[] others = ["bucket/runs/ads-2/step-000000000007/a/complete", "bucket/runs/ads/step-x/a/b", "bucket/runs/ads/notes.txt", "bucket/runs/ads/step-000000000001"];
        Array.ForEach(others, key => _server[key] = []);
        store.Write(7, place => WritePart(store, place, "replica", 1));
        Assert.Equal(others.Length + 3, _server.Keys.Count);
        store.Clear();
        Assert.Equal(others.Order(StringComparer.Ordinal), _server.Keys);
    }

    [Fact]
    public void A_store_that_refuses_is_told_as_a_fault_of_the_user_s()
    {
        _server.Refusal = 403;
        string told = Assert.Throws<ClusterException>(Store("bucket").NewestFirst).Message;
        Assert.Equal("s3://bucket/runs/ads: the object store refuses: it says AccessDenied", told);
    }

    [Fact]
    public async Task A_store_that_is_away_may_come_back()
    {
        await _server.DisposeAsync();
        Assert.StartsWith("s3://bucket/runs/ads: the object store does not answer: ", Assert.Throws<IOException>(Store("bucket").NewestFirst).Message, StringComparison.Ordinal);
        _server.Refusal = null;
    }

    [Fact]
    public void A_store_that_is_overloaded_may_recover()
    {
        _server.Refusal = 503;
        Assert.Throws<IOException>(Store("bucket").NewestFirst);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(250)]
    public async Task A_file_comes_as_it_is_in_parts_too(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        await new BucketUpload(_s3, partSize: 100).SendAsync(FileOf(bytes), new BucketPlace("bucket", "key"));
        Assert.Equal(bytes, _server["bucket/key"]);
        Assert.Equal(0, _server.Parts);
    }

    [Fact]
    public async Task What_cannot_be_sent_leaves_no_parts()
    {
        _server.FailingPart = 3;
        await Assert.ThrowsAsync<AmazonS3Exception>(() => new BucketUpload(_s3, partSize: 100).SendAsync(FileOf(new byte[250]), new BucketPlace("bucket", "key")));
        Assert.Empty(_server.Keys);
        Assert.Equal(0, _server.Parts);
    }

    [Theory]
    [InlineData("s3://b/k", "b", "k")]
    [InlineData("s3://b/k/l/", "b", "k/l")]
    public void A_place_is_read(string text, string bucket, string key) => Assert.Equal(new BucketPlace(bucket, key), BucketPlace.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s3://")]
    [InlineData("s3://b")]
    [InlineData("s3://b/")]
    [InlineData("s3:///k")]
    [InlineData("s3://b//k")]
    [InlineData("s3://b/k//l")]
    [InlineData("/folder")]
    [InlineData("https://b/k")]
    public void What_is_no_place_is_refused(string text) =>
        Assert.Contains("s3://BUCKET/PREFIX", Assert.Throws<FormatException>(() => BucketPlace.Parse(text)).Message, StringComparison.Ordinal);

    private string FileOf(byte[] bytes)
    {
        string file = data.NewFolder();
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private ICheckpointStore Store(string kind) => kind == "folder"
        ? new FolderCheckpoints(new RunFolder(data.NewFolder()))
        : new BucketCheckpoints(_s3, new BucketPlace("bucket", "runs/ads"));

    private static unsafe void WritePart(ICheckpointStore store, string place, string part, float value)
    {
        CheckpointTensor tensor = CheckpointTensor.OfMemory("value", &value, 1);
        store.WritePartAsync(place, part, folder => Snapshot.Write(folder, [tensor], new SnapshotMetadata
        {
            Dataset = "",
            Position = new TrainingPosition(),
            Sizes = [],
            SizesFrozen = true,
            OptimizerSteps = [],
        })).GetAwaiter().GetResult();
    }

    private static async Task<float> ReadPart(ICheckpointStore store, string place, string part)
    {
        using CheckpointPart opened = await store.OpenPartAsync(place, part);
        using SafetensorsFile file = opened.OpenSnapshot(out _);
        return First(file.Tensor("value"));
    }

    private static unsafe float First(SafetensorsView view) => *(float*)view.Pointer;

    private void Damage(string kind, string checkpoint)
    {
        string file = $"{checkpoint}/replica/state.safetensors";
        if (kind == "folder")
        {
            File.WriteAllBytes(file, Altered(File.ReadAllBytes(file)));
        }
        else
        {
            string key = file["s3://".Length..];
            _server[key] = Altered(_server[key]);
        }
    }

    private static byte[] Altered(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }
}
