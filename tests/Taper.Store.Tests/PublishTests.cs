using CsCheck;
using StackExchange.Redis;
using Taper.Embeddings;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Models.Scoring;
using Taper.Models.Tests;
using Taper.Store.Layout;
using Taper.Store.Reading;

namespace Taper.Store.Tests;

/// <summary>What was published is read back, whole, of one version, or not at all.</summary>
public sealed class PublishTests
{
    private static readonly string[] Values = [.. Enumerable.Range(0, 3300).Select(i => $"v{i}")]; // the last 300 are not there

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Backends => Backend.Kinds;

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Rows_are_read_back_bit_for_bit(string kind)
    {
        await using Backend backend = await Backend.StartAsync(kind);
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        foreach ((Precision precision, int dimension) in ((Precision, int)[])
            [(Precision.Fp32, 16), (Precision.Fp32, 17), (Precision.Fp16, 40), (Precision.Int8, 16), (Precision.Int8, 255), (Precision.Fp32, 1), (Precision.Fp32, 100)])
        {
            using Bundle bundle = Models.Write(folder.At("b"), 3000, dimension, precision, dimension);
            PublishSummary summary = await new StorePublisher(connection, "many").PublishAsync(bundle, 0, null, Cancellation);
            Assert.Equal(summary.Buckets, summary.WrittenBuckets);
            StoredRows source = await StoredRows.OpenAsync(connection, "many", bundle, new RowCache(1 << 20));
            float[][] expected = Models.Read(bundle, Values);
            for (int round = 0; round < 2; round++) // from the store, then from the cache
            {
                Assert.Equal(expected, await Models.ReadAsync(source, Values));
            }
        }
    }

    [Theory]
    [InlineData(Precision.Fp32, null, "")]
    [InlineData(Precision.Int8, null, "the scales are none")]
    [InlineData(Precision.Int8, "abc", "numbers that all rows share are none")]
    [InlineData(Precision.Int8, "abcd", "the scales are none")]
    public async Task Scales_that_are_none_are_refused_where_rows_need_them(Precision precision, string? scale, string problem)
    {
        await using Backend backend = await Backend.StartAsync("garnet");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        using Bundle bundle = Models.Write(folder.At("b"), 100, 16, precision, 1);
        await new StorePublisher(connection, "scaled").PublishAsync(bundle, 0, null, Cancellation);
        RedisKey reserved = new StoreKeys("scaled").Reserved(StoredVersion.IdOf(bundle.Manifest), 0);
        await connection.Database.HashDeleteAsync(reserved, StoredFields.Scale);
        if (scale is not null)
        {
            await connection.Database.HashSetAsync(reserved, StoredFields.Scale, scale);
        }

        if (problem.Length == 0)
        {
            Assert.Equal(Models.Read(bundle, Values), await Models.ReadAsync(await StoredRows.OpenAsync(connection, "scaled", bundle, new RowCache(1 << 20)), Values));
            return;
        }

        StoreException refused = await Assert.ThrowsAsync<StoreException>(() => StoredRows.OpenAsync(connection, "scaled", bundle, new RowCache(1 << 20)));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_bundle_of_which_single_elements_are_pruned_is_refused(string kind)
    {
        await using Backend backend = await Backend.StartAsync(kind);
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        using RandomModel model = new("dnn", 1, smallest: RandomModel.Dimension - 1);
        using ElementMask all = new(model.Content.Embeddings.Rows, RandomModel.Dimension);
        IReadOnlyList<BundleVocabulary> whole =
            [.. model.Content.Vocabularies.Select(v => v with { Sizes = [.. v.Sizes.Select(_ => (byte)RandomModel.Dimension)] })];
        BundleWriter.Write(folder.At("b"), model.Content with { Kept = all, Vocabularies = whole }, Precision.Fp32);
        using Bundle bundle = Bundle.Open(folder.At("b"));
        ArtifactException refused = await Assert.ThrowsAsync<ArtifactException>(
            () => new StorePublisher(connection, "pruned").PublishAsync(bundle, 0, null, Cancellation));
        Assert.Contains("pruned", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Scores_are_those_of_the_bundle_itself(string kind)
    {
        await using Backend backend = await Backend.StartAsync(kind);
        await using StoreConnection connection = await backend.ConnectAsync();
        Gen<(string, int, byte, Precision, string[][])> cases = Gen.Select(
            Gen.Bool.Select(first => first ? "deepfm" : "dnn"), Gen.Int, Gen.Byte[0, 1], Gen.Enum<Precision>(), RandomModel.Row.Array[1, 12]);
        await cases.SampleAsync(
            async (network, seed, smallest, precision, rows) =>
            {
                using TemporaryFolder folder = new();
                using RandomModel model = new(network, seed, smallest: smallest);
                BundleWriter.Write(folder.At("b"), model.Content, precision);
                using Scorer scorer = Scorer.Open(folder.At("b"));
                await new StorePublisher(connection, "random").PublishAsync(scorer.Bundle, 0, null, Cancellation);
                scorer.Bundle.CopyWithoutRows(folder.At("light"));
                using Scorer light = Scorer.OpenWithoutRows(folder.At("light"));
                StoredRows source = await StoredRows.OpenAsync(connection, "random", light.Bundle, new RowCache(0));
                FetchedRows fetched = source.CreateRows();
                CandidateBatch local = scorer.CreateCandidates(), remote = light.CreateFetched(fetched);
                Fill(local, rows);
                Fill(remote, rows);
                await source.FetchAsync(fetched, Cancellation);
                Assert.Equal(Scores(scorer, local), Scores(light, remote));
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task An_interrupted_publish_changes_nothing_and_goes_on_later()
    {
        await using Backend backend = await Backend.StartAsync("redis");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        using Bundle first = Models.Write(folder.At("1"), 3000, 16, Precision.Fp32, 1);
        using Bundle second = Models.Write(folder.At("2"), 30_000, 16, Precision.Fp32, 2);
        using Bundle third = Models.Write(folder.At("3"), 3000, 16, Precision.Fp32, 3);
        StorePublisher publisher = new(connection, "many");
        string before = (await publisher.PublishAsync(first, 1, null, Cancellation)).Version;
        IDatabase database = connection.Database;
        long keysOfOne = await KeysAsync(database);

        using CancellationTokenSource stop = new();
        await Assert.ThrowsAsync<OperationCanceledException>(() => publisher.PublishAsync(second, 1, new Stopping(stop), stop.Token));
        Assert.Equal(before, await database.StringGetAsync("taper:{many}:current"));
        Assert.True(await KeysAsync(database) > keysOfOne);
        await Assert.ThrowsAsync<StoreException>(() => StoredRows.OpenAsync(connection, "many", second, new RowCache(0)));
        Assert.Equal(Models.Read(first, Values), await Models.ReadAsync(await StoredRows.OpenAsync(connection, "many", first, new RowCache(0)), Values));

        PublishSummary resumed = await publisher.PublishAsync(second, 1, null, Cancellation);
        Assert.InRange(resumed.WrittenBuckets, 1, resumed.Buckets - 128);
        Assert.Equal(before, resumed.Replaced);
        Assert.Equal(Models.Read(second, Values), await Models.ReadAsync(await StoredRows.OpenAsync(connection, "many", second, new RowCache(0)), Values));

        using CancellationTokenSource again = new();
        using Bundle fourth = Models.Write(folder.At("4"), 30_000, 16, Precision.Fp32, 4);
        await Assert.ThrowsAsync<OperationCanceledException>(() => publisher.PublishAsync(fourth, 1, new Stopping(again), again.Token));
        Assert.Equal(2, (await publisher.PublishAsync(third, 0, null, Cancellation)).RemovedVersions - 1); // the unfinished, the first, the second
        Assert.Equal(keysOfOne, await KeysAsync(database)); // nothing is left of them
        Assert.Equal(0, await publisher.CleanAsync(0, Cancellation));
    }

    [Fact]
    public async Task Earlier_versions_are_kept_as_asked_and_can_be_current_again()
    {
        await using Backend backend = await Backend.StartAsync("redis");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        StorePublisher publisher = new(connection, "many");
        Bundle[] bundles = [.. Enumerable.Range(1, 3).Select(i => Models.Write(folder.At($"{i}"), 300, 8, Precision.Int8, i))];
        StoredRows[] sources = new StoredRows[3];
        for (int i = 0; i < 3; i++)
        {
            await publisher.PublishAsync(bundles[i], 1, null, Cancellation);
            sources[i] = await StoredRows.OpenAsync(connection, "many", bundles[i], new RowCache(0));
        }

        StoreException gone = await Assert.ThrowsAsync<StoreException>(() => Models.ReadAsync(sources[0], Values));
        Assert.Contains("are gone from the store", gone.Message, StringComparison.Ordinal);
        Assert.Equal(Models.Read(bundles[1], Values), await Models.ReadAsync(sources[1], Values));

        PublishSummary back = await publisher.PublishAsync(bundles[1], 1, null, Cancellation);
        Assert.Equal(0, back.WrittenBuckets);
        Assert.Equal(back.Version, await connection.Database.StringGetAsync("taper:{many}:current"));
        Assert.Equal(Models.Read(bundles[2], Values), await Models.ReadAsync(sources[2], Values));
        Array.ForEach(bundles, bundle => bundle.Dispose());
    }

    [Fact]
    public async Task Rows_that_were_evicted_are_an_error_until_they_are_published_again()
    {
        await using Backend backend = await Backend.StartAsync("redis");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        using Bundle bundle = Models.Write(folder.At("b"), 3000, 16, Precision.Fp16, 1);
        StorePublisher publisher = new(connection, "many");
        string id = (await publisher.PublishAsync(bundle, 1, null, Cancellation)).Version;
        StoredRows source = await StoredRows.OpenAsync(connection, "many", bundle, new RowCache(0));
        Assert.True(await connection.Database.KeyDeleteAsync(new StoreKeys("many").Bucket(id, 0, 7)));
        StoreException gone = await Assert.ThrowsAsync<StoreException>(() => Models.ReadAsync(source, Values));
        Assert.Contains("noeviction", gone.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await publisher.PublishAsync(bundle, 1, null, Cancellation)).WrittenBuckets);
        Assert.Equal(Models.Read(bundle, Values), await Models.ReadAsync(source, Values));
    }

    [Fact]
    public async Task Readers_never_see_two_versions_while_versions_are_switched()
    {
        await using Backend backend = await Backend.StartAsync("redis");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        Bundle[] bundles = [.. Enumerable.Range(1, 4).Select(i => Models.Write(folder.At($"{i}"), 3000, 4, Precision.Fp32, i))];
        Dictionary<string, (Bundle Bundle, float[][] Rows)> known = bundles.ToDictionary(
            bundle => StoredVersion.IdOf(bundle.Manifest), bundle => (bundle, Models.Read(bundle, Values)));
        StorePublisher publisher = new(connection, "many");
        await publisher.PublishAsync(bundles[0], 1, null, Cancellation);
        using CancellationTokenSource done = new();
        RowCache cache = new(1 << 20);
        int[] read = new int[3];
        Task[] readers = [.. read.Select((_, reader) => Task.Run(() => ReadAsync(reader), Cancellation))];
        for (int i = 0; i < 16; i++)
        {
            await publisher.PublishAsync(bundles[i % 4], 1, null, Cancellation);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(read, count => Assert.NotEqual(0, count));
        Array.ForEach(bundles, bundle => bundle.Dispose());

        async Task ReadAsync(int reader)
        {
            while (!done.IsCancellationRequested || read[reader] == 0)
            {
                string current = (await connection.Database.StringGetAsync("taper:{many}:current"))!;
                (Bundle bundle, float[][] expected) = known[current];
                try
                {
                    StoredRows source = await StoredRows.OpenAsync(connection, "many", bundle, cache);
                    Assert.Equal(expected, await Models.ReadAsync(source, Values));
                    read[reader]++;
                }
                catch (StoreException e)
                {
                    // Two switches later the version is gone: an error, and no rows.
                    Assert.Matches("are gone from the store|does not hold this version|is no row of", e.Message);
                }
            }
        }
    }

    [Fact]
    public async Task Two_publishers_of_a_name_do_not_meet()
    {
        await using Backend backend = await Backend.StartAsync("redis");
        await using StoreConnection connection = await backend.ConnectAsync();
        using TemporaryFolder folder = new();
        using Bundle bundle = Models.Write(folder.At("b"), 300, 4, Precision.Fp32, 1);
        StorePublisher publisher = new(connection, "many");
        await connection.Database.StringSetAsync("taper:{many}:lock", "somebody else");
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => publisher.PublishAsync(bundle, 1, null, Cancellation));
        Assert.Contains("Another publish of 'many' is running", e.Message, StringComparison.Ordinal);
        await connection.Database.KeyDeleteAsync("taper:{many}:lock");
        Progress stealing = new(() => connection.Database.StringSet("taper:{many}:lock", "somebody else"));
        e = await Assert.ThrowsAsync<StoreException>(() => publisher.PublishAsync(bundle, 1, stealing, Cancellation));
        Assert.Contains("took over", e.Message, StringComparison.Ordinal);
        Assert.True((await connection.Database.StringGetAsync("taper:{many}:current")).IsNull);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_never_told()
    {
        await using RedisServer server = await RedisServer.StartAsync("--requirepass", "s3cret");
        foreach (StoreOptions wrong in (StoreOptions[])[new(server.Address), new(server.Address) { Password = "hunter2" }])
        {
            StoreException e = await Assert.ThrowsAsync<StoreException>(() => StoreConnection.ConnectAsync(wrong));
            Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
        }

        await using StoreConnection connection = await StoreConnection.ConnectAsync(new StoreOptions(server.Address) { Password = "s3cret" });
        await server.KillAsync();
        StoreException away = await Assert.ThrowsAsync<StoreException>(() => new StorePublisher(connection, "many").CleanAsync(0, Cancellation));
        Assert.Contains("cannot be reached", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", away.ToString(), StringComparison.Ordinal);
    }

    private static void Fill(CandidateBatch batch, string[][] rows)
    {
        foreach (string[] row in rows)
        {
            batch.AddCandidate();
            for (int field = 0; field < row.Length; field++)
            {
                batch.Set(field, row[field]);
            }
        }
    }

    private static float[] Scores(Scorer scorer, CandidateBatch batch)
    {
        float[] scores = new float[batch.Count];
        scorer.Score(batch, scores);
        return scores;
    }

    private static async Task<long> KeysAsync(IDatabase database) => (long)await database.ExecuteAsync("DBSIZE");

    /// <summary>Stops a publish after its first step.</summary>
    private sealed class Stopping(CancellationTokenSource stop) : IProgress<long>
    {
        public void Report(long value) => stop.Cancel();
    }

    private sealed class Progress(Action act) : IProgress<long>
    {
        public void Report(long value) => act();
    }
}
