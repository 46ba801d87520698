using Taper.Models.Tests;

namespace Taper.Server.Tests;

/// <summary>Versions that are deltas answer as the bundles they make.</summary>
public sealed class DeltaVersionTests : IDisposable
{
    private const string OneRow = """{"instances": [{"colour": "red", "tags": "drama", "year": "3"}]}""";

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Deltas_go_on_from_each_other_as_they_come()
    {
        await using TestServer server = await StartAsync(null);
        for (int version = 2; version <= 4; version++)
        {
            server.AddDelta(version, version - 1);
            server.Repository.Poll();
            Assert.Equal(await WholeScoreAsync(version), await ScoreAsync(server));
        }

        Assert.Single(MadeBundles()); // those of the versions before are gone
    }

    [Fact]
    public async Task A_server_that_starts_applies_all_that_lie_there()
    {
        await using TestServer server = await StartAsync(started =>
        {
            started.AddDelta(2, 1);
            started.AddDelta(3, 2);
            started.AddDelta(4, 3);
        });
        Assert.Equal(await WholeScoreAsync(4), await ScoreAsync(server));
        Directory.Delete(server.At(4), recursive: true); // and goes back
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(3), await ScoreAsync(server));
    }

    [Fact]
    public async Task All_versions_answer_where_that_is_set()
    {
        await using TestServer server = await StartAsync(started => started.AddDelta(2, 1), "models.versions=all");
        Assert.Equal(await WholeScoreAsync(1), await ScoreAsync(server, "/versions/1"));
        Assert.Equal(await WholeScoreAsync(2), await ScoreAsync(server, "/versions/2"));
    }

    [Fact]
    public async Task A_delta_whose_bundle_is_not_there_waits_for_it()
    {
        await using TestServer server = await StartAsync(null);
        server.AddDelta(3, 2);
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(1), await ScoreAsync(server));
        Assert.Contains("which no version beside it is", Reason(await server.PostAsync("/v2/repository/index", "")), StringComparison.Ordinal);

        server.AddDelta(2, 1);
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(3), await ScoreAsync(server));
    }

    [Fact]
    public async Task A_damaged_delta_changes_nothing()
    {
        await using TestServer server = await StartAsync(null);
        server.AddDelta(2, 1);
        string changes = Path.Combine(server.At(2), "changes.safetensors");
        byte[] bytes = File.ReadAllBytes(changes);
        bytes[^1] ^= 1;
        File.WriteAllBytes(changes, bytes);
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(1), await ScoreAsync(server));
        Assert.Contains("changes.safetensors was altered", Reason(await server.PostAsync("/v2/repository/index", "")), StringComparison.Ordinal);
        Assert.Empty(MadeBundles());
    }

    [Fact]
    public async Task A_delta_on_a_damaged_one_is_tried_again_when_that_is_mended()
    {
        await using TestServer server = await StartAsync(null);
        server.AddDelta(2, 1);
        string changes = Path.Combine(server.At(2), "changes.safetensors");
        byte[] good = File.ReadAllBytes(changes);
        File.WriteAllBytes(changes, good[..^1]);
        server.AddDelta(3, 2);
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(1), await ScoreAsync(server));
        File.WriteAllBytes(changes, good);
        server.Repository.Poll();
        Assert.Equal(await WholeScoreAsync(3), await ScoreAsync(server));
    }

    [Fact]
    public async Task Nothing_is_left_behind_and_what_a_killed_server_left_is_removed()
    {
        string left = Path.Combine(scratch.Path, "taper-serve-killed");
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "lock"), "");
        await using (TestServer server = await StartAsync(started => started.AddDelta(2, 1)))
        {
            Assert.False(Directory.Exists(left));
            Assert.Single(MadeBundles());
        }

        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    private Task<TestServer> StartAsync(Action<TestServer>? prepare, params string[] settings) =>
        TestServer.StartAsync(null, prepare, [$"models.scratch={scratch.Path}", .. settings]);

    private string[] MadeBundles() => [.. Directory.GetDirectories(scratch.Path).SelectMany(Directory.GetDirectories)];

    private static string Reason(Answer index) => index.Good().Json[0].GetProperty("reason").GetString()!;

    private static async Task<float> ScoreAsync(TestServer server, string version = "") =>
        (await server.PostAsync($"/v1/models/random{version}:predict", OneRow)).Good().Floats("predictions")[0];

    private static async Task<float> WholeScoreAsync(int version)
    {
        await using TestServer server = await TestServer.StartAsync(null, started => started.AddVersion(version));
        return await ScoreAsync(server);
    }
}
