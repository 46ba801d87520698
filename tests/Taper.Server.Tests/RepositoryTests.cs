using System.Net;
using Taper.Server.Repository;

namespace Taper.Server.Tests;

/// <summary>Versions come and go while requests run.</summary>
public sealed class RepositoryTests
{
    private const string Predict = "/v1/models/random:predict";
    private const string OneRow = """{"instances": [{"colour": "red"}]}""";

    [Fact]
    public async Task The_latest_version_answers_and_a_broken_one_changes_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        float first = await ScoreAsync(server);

        server.AddVersion(2);
        server.Repository.Poll();
        float second = await ScoreAsync(server);
        Assert.NotEqual(first, second);
        (await server.GetAsync("/v2/models/random/versions/1")).Refused(HttpStatusCode.NotFound, "no version '1'");

        server.AddBrokenVersion(3);
        server.Repository.Poll();
        Assert.Equal(second, await ScoreAsync(server));
        Answer index = (await server.PostAsync("/v2/repository/index", "")).Good();
        Assert.Equal(
            [("3", "UNAVAILABLE"), ("2", "READY")],
            index.Json.EnumerateArray().Select(e => (e.GetProperty("version").GetString()!, e.GetProperty("state").GetString()!)));
        Assert.Contains("network.onnx", index.Json[0].GetProperty("reason").GetString(), StringComparison.Ordinal);

        server.AddVersion(3); // mended
        server.Repository.Poll();
        Assert.NotEqual(second, await ScoreAsync(server));
    }

    [Fact]
    public async Task A_version_that_is_taken_away_gives_way_to_the_one_before()
    {
        await using TestServer server = await TestServer.StartAsync();
        float first = await ScoreAsync(server);
        server.AddVersion(2);
        server.Repository.Poll();
        Directory.Delete(server.At(2), recursive: true);
        server.Repository.Poll();
        Assert.Equal(first, await ScoreAsync(server));
    }

    [Fact]
    public async Task All_versions_answer_where_that_is_set()
    {
        await using TestServer server = await TestServer.StartAsync("models.versions=all");
        server.AddVersion(2);
        server.Repository.Poll();
        float first = (await server.PostAsync("/v1/models/random/versions/1:predict", OneRow)).Good().Floats("predictions")[0];
        float second = (await server.PostAsync("/v1/models/random/versions/2:predict", OneRow)).Good().Floats("predictions")[0];
        Assert.NotEqual(first, second);
        Assert.Equal(second, await ScoreAsync(server));
    }

    [Fact]
    public async Task A_version_lives_until_its_last_lease_ends()
    {
        await using TestServer server = await TestServer.StartAsync();
        ModelLease lease = server.Repository.Acquire(TestServer.Model, null);
        server.AddVersion(2);
        server.Repository.Poll();

        Assert.Equal(1, lease.Version.Version);
        Assert.True(lease.Version.TryAcquire()); // still there
        lease.Version.Release();
        lease.Dispose();
        lease.Dispose(); // does no harm
        Assert.False(lease.Version.TryAcquire());
    }

    [Fact]
    public async Task Models_are_unloaded_and_loaded_by_calls()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.AddVersion(1, "other");
        server.Repository.Poll();
        (await server.PostAsync("/v2/repository/models/random/unload", "")).Good();
        server.Repository.Poll(); // stays unloaded
        (await server.PostAsync(Predict, OneRow)).Refused(HttpStatusCode.ServiceUnavailable, "'random' is not loaded");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/v2/models/random/ready")).Status);
        (await server.PostAsync("/v1/models/other:predict", OneRow)).Good();

        (await server.PostAsync("/v2/repository/models/random/load", "")).Good();
        await ScoreAsync(server);
        (await server.PostAsync("/v2/repository/models/randon/load", "")).Refused(HttpStatusCode.NotFound, "did you mean 'random'?");
        (await server.PostAsync("/v2/repository/models/randon/unload", "")).Refused(HttpStatusCode.NotFound, "did you mean 'random'?");
    }

    [Fact]
    public async Task A_model_with_broken_versions_only_cannot_be_loaded()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.AddBrokenVersion(1, "broken");
        server.Repository.Poll();
        (await server.PostAsync("/v2/repository/models/broken/load", "")).Refused(HttpStatusCode.BadRequest, "cannot be loaded", "network.onnx");
    }

    [Fact]
    public async Task A_model_whose_folder_is_gone_is_gone()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.True((await server.GetAsync("/v2/health/ready")).Good().Json.GetProperty("ready").GetBoolean());
        Directory.Delete(server.At(1), recursive: true);
        server.Repository.Poll();
        (await server.PostAsync(Predict, OneRow)).Refused(HttpStatusCode.NotFound, "no model 'random'");
        Answer ready = await server.GetAsync("/v2/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.False(ready.Json.GetProperty("ready").GetBoolean());
        Assert.True((await server.GetAsync("/v2/health/live")).Good().Json.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task No_answer_mixes_versions_while_they_are_switched()
    {
        await using TestServer server = await TestServer.StartAsync("scoring.threads=2", "scoring.queue_capacity=100000");
        string body = $$"""{"instances": [{{string.Join(", ", Enumerable.Repeat("""{"colour": "red"}""", 20))}}]}""";
        using var stop = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int answers = 0;
            while (!stop.IsCancellationRequested)
            {
                Assert.Single((await server.PostAsync(Predict, body)).Good().Floats("predictions").Distinct());
                answers++;
            }

            return answers;
        }))];
        for (int version = 2; version < 12; version++)
        {
            server.AddVersion(version);
            if (version % 3 == 0)
            {
                server.AddBrokenVersion(version + 100);
            }

            server.Repository.Poll();
            Directory.Delete(server.At(version - 1), recursive: true);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients), answers => Assert.NotEqual(0, answers));
    }

    private static async Task<float> ScoreAsync(TestServer server) =>
        (await server.PostAsync(Predict, OneRow)).Good().Floats("predictions")[0];
}
