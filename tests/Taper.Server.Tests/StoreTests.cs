using System.Net;
using Taper.Models;
using Taper.Store;
using Taper.Store.Tests;

namespace Taper.Server.Tests;

/// <summary>Scoring with rows that lie in a store, and what happens when it is away.</summary>
public sealed class StoreTests
{
    private const string Predict = "/v1/models/random:predict";
    private const string Instances = """{"instances": [{"colour": "red", "tags": ["war", "noir"], "year": 3}, {"colour": "unheard of"}, {}, {"other_colour": "größe", "price": 2.5}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bundle_without_rows_scores_as_the_whole_one()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TestServer local = await TestServer.StartAsync();
        await PublishAsync(redis, local.At(1));
        await using TestServer server = await LightAsync(redis, local);
        const string rank = """{"user": {"colour": "red", "year": 7}, "items": [{"tags": ["war"]}, {"tags": ["polka", "drama"]}, {}]}""";
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal((await local.PostAsync(Predict, Instances)).Good().Floats("predictions"), (await server.PostAsync(Predict, Instances)).Good().Floats("predictions"));
            Assert.Equal((await local.PostAsync("/v1/models/random:rank", rank)).Good().Body, (await server.PostAsync("/v1/models/random:rank", rank)).Good().Body);
        }

        await redis.KillAsync();
        (await server.PostAsync(Predict, Instances)).Good(); // from the cache
        Answer refused = (await server.PostAsync(Predict, """{"instances": [{"colour": "green"}]}""")).Refused(HttpStatusCode.ServiceUnavailable, "cannot be reached");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_whole_bundle_goes_on_with_its_own_rows_while_the_store_is_away()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TestServer local = await TestServer.StartAsync();
        await using TestServer server = await TestServer.StartAsync([$"store.redis={redis.Address}", "store.cache_bytes=0", "store.retry_seconds=0", "store.timeout_ms=20000"]);
        float[] expected = (await local.PostAsync(Predict, Instances)).Good().Floats("predictions");
        Assert.Equal(expected, (await server.PostAsync(Predict, Instances)).Good().Floats("predictions")); // not published yet
        await PublishAsync(redis, local.At(1));
        Assert.Equal(expected, (await server.PostAsync(Predict, Instances)).Good().Floats("predictions"));
        await redis.KillAsync();
        Assert.Equal(expected, (await server.PostAsync(Predict, Instances)).Good().Floats("predictions"));
        (await server.PostAsync(Predict, """{"instances": [{"price": 1e300}]}""")).Refused(HttpStatusCode.BadRequest, "too large");
    }

    [Fact]
    public async Task A_version_is_served_once_it_is_published()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TestServer local = await TestServer.StartAsync();
        await PublishAsync(redis, local.At(1));
        await using TestServer server = await LightAsync(redis, local);
        local.AddVersion(2);
        Copy(local.At(2), server.At(2));
        server.Repository.Poll();
        Assert.Contains(server.Repository.Index(), status => status is { Version: 2, IsReady: false } && status.Reason.Contains("taper publish", StringComparison.Ordinal));
        Assert.Equal("1", (await server.GetAsync("/v2/models/random")).Good().Json.GetProperty("versions")[0].GetString());
        await PublishAsync(redis, local.At(2));
        server.Repository.Poll();
        local.Repository.Poll();
        Assert.Equal((await local.PostAsync(Predict, Instances)).Good().Floats("predictions"), (await server.PostAsync(Predict, Instances)).Good().Floats("predictions"));
    }

    [Fact]
    public async Task More_values_than_allowed_are_refused()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TestServer local = await TestServer.StartAsync();
        await PublishAsync(redis, local.At(1));
        await using TestServer server = await LightAsync(redis, local, "store.max_values=3");
        (await server.PostAsync(Predict, """{"instances": [{"colour": "a"}, {"colour": "b"}, {"colour": "a"}, {"colour": "c"}]}""")).Good();
        (await server.PostAsync(Predict, """{"instances": [{"colour": "a"}, {"colour": "b"}, {"colour": "c"}, {"colour": "d"}]}""")).Refused(HttpStatusCode.RequestEntityTooLarge, "3 distinct");
    }

    /// <summary>SIGKILL while requests run: what is answered 200 is right, and everything else is 503; then it comes back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_is_killed_under_load_gives_no_wrong_score(bool isWhole)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using TestServer local = await TestServer.StartAsync();
        await PublishAsync(redis, local.At(1));
        string[] settings = [$"store.redis={redis.Address}", "store.cache_bytes=0", "store.retry_seconds=0", "store.timeout_ms=20000"];
        await using TestServer server = isWhole ? await TestServer.StartAsync(settings) : await LightAsync(redis, local, settings[1..]);
        float[] expected = (await local.PostAsync(Predict, Instances)).Good().Floats("predictions");
        int right = 0, refused = 0;
        using CancellationTokenSource enough = new();
        Task[] clients = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(AskAsync, Cancellation))];
        await ReachAsync(() => right, 200);
        await redis.KillAsync();
        await ReachAsync(() => isWhole ? right : refused, isWhole ? right + 200 : 200);
        await redis.RunAsync();
        await PublishAsync(redis, local.At(1));
        await ReachAsync(() => right, right + 200);
        await enough.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(isWhole, refused == 0);

        async Task AskAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                Answer answer = await server.PostAsync(Predict, Instances);
                if (answer.Status == HttpStatusCode.OK)
                {
                    Assert.Equal(expected, answer.Floats("predictions"));
                    Interlocked.Increment(ref right);
                }
                else
                {
                    answer.Refused(HttpStatusCode.ServiceUnavailable);
                    Interlocked.Increment(ref refused);
                }
            }
        }

        async Task ReachAsync(Func<int> count, int least)
        {
            while (count() < least && !Array.Exists(clients, client => client.IsCompleted))
            {
                await Task.Yield();
            }
        }
    }

    private static async Task PublishAsync(RedisServer redis, string folder)
    {
        await using StoreConnection connection = await StoreConnection.ConnectAsync(new StoreOptions(redis.Address));
        using Bundle bundle = Bundle.Open(folder);
        await new StorePublisher(connection, "random").PublishAsync(bundle, 1, null, Cancellation);
    }

    /// <summary>A server whose version 1 has no rows of its own.</summary>
    private static async Task<TestServer> LightAsync(RedisServer redis, TestServer source, params string[] more)
    {
        TestServer server = await TestServer.StartAsync([$"store.redis={redis.Address}", "store.timeout_ms=20000", .. more]);
        Copy(source.At(1), server.At(1));
        server.Repository.Unload(TestServer.Model);
        server.Repository.Load(TestServer.Model);
        return server;
    }

    private static void Copy(string from, string to)
    {
        using Bundle bundle = Bundle.Open(from);
        bundle.CopyWithoutRows(to);
    }
}
