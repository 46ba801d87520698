using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Taper.Store.Tests;

namespace Taper.EndToEnd.Tests;

/// <summary>The real tools over a real store.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task A_published_bundle_is_served_without_its_rows()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RedisServer redis = await RedisServer.StartAsync("--requirepass", "s3cret");
        Dictionary<string, string> store = new() { ["TAPER_STORE__REDIS"] = redis.Address, ["TAPER_STORE__PASSWORD"] = "s3cret" };
        using var workspace = new Workspace();
        await workspace.PrepareAsync();
        await workspace.TrainAsync("run");
        (await workspace.Taper("export", "run", "--out", "bundle", "--precision", "int8")).Succeeded();
        Outcome published = (await TaperProcess.RunAsync(workspace.Folder, store, "publish", "bundle", "--out", "light", "--json")).Succeeded();
        using JsonDocument summary = JsonDocument.Parse(published.Output);
        Assert.Equal(summary.RootElement.GetProperty("buckets").GetInt64(), summary.RootElement.GetProperty("writtenBuckets").GetInt64());
        Assert.Equal(["manifest.json", "network.onnx"], Directory.GetFiles(workspace.At("light")).Select(Path.GetFileName).Order());
        Outcome again = (await TaperProcess.RunAsync(workspace.Folder, store, "publish", "bundle")).Succeeded();
        Assert.Contains(" 0 of them written now", again.Output, StringComparison.Ordinal);

        workspace.Write("rows.csv", "user,item,tags,price\nu1,i2,t1;t2,0.5\nu999,,,\n");
        (await workspace.Taper("predict", "bundle", "--input", "rows.csv", "--out", "scores.csv")).Succeeded();
        double[] predicted = [.. File.ReadLines(workspace.At("scores.csv")).Skip(1).Select(l => double.Parse(l, null))];
        using Process server = TaperProcess.Start(
            workspace.Folder, store, "serve", "light", "--urls", "http://127.0.0.1:0", "--set", "models.name=m", "--set", "store.timeout_ms=20000");
        using var client = new HttpClient { BaseAddress = await RunningServer.AddressOf(server, "Serving at") };
        const string rows = """{"instances": [{"user": "u1", "item": "i2", "tags": ["t1", "t2"], "price": 0.5}, {"user": "u999"}]}""";
        using var body = new StringContent(rows);
        using HttpResponseMessage answer = await client.PostAsync("/v1/models/m:predict", body, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        double[] served = (await answer.Content.ReadFromJsonAsync<Dictionary<string, double[]>>(cancellation))!["predictions"];
        Assert.All(predicted.Zip(served), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        string metrics = await client.GetStringAsync("/metrics", cancellation);
        Assert.All(["taper_store_cache_misses_total", "taper_store_fetch_duration_seconds_count"], name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        server.Kill();
        Assert.DoesNotContain("s3cret", (await TaperProcess.EndOf(server)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_published_is_told_in_a_line()
    {
        using var workspace = new Workspace();
        (await workspace.Taper("publish", "bundle")).Refused(2, "Name the store as HOST:PORT");
        Outcome url = (await workspace.Taper("publish", "bundle", "--redis", "redis://me:s3cret@cache")).Refused(2, "HOST:PORT");
        Assert.DoesNotContain("s3cret", url.Error, StringComparison.Ordinal);
        (await workspace.Taper("publish", "bundle", "--redis", "localhost:1", "--keep", "-1")).Refused(2, "0 or more");
        (await workspace.Taper("publish", "nothing", "--redis", "localhost:1")).Refused(3, "is no bundle");
    }
}
