using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Taper.EndToEnd.Tests;

/// <summary>The real server, over a bundle that the real tools made.</summary>
public sealed partial class ServeTests
{
    [Fact]
    public async Task A_bundle_is_served_as_it_is_predicted_until_SIGTERM()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no SIGTERM");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await workspace.PrepareAsync();
        await workspace.TrainAsync("run");
        (await workspace.Taper("export", "run", "--out", "bundle")).Succeeded();
        workspace.Write("rows.csv", "user,item,tags,price\nu1,i2,t1;t2,0.5\nu999,,,\n");
        (await workspace.Taper("predict", "bundle", "--input", "rows.csv", "--out", "scores.csv")).Succeeded();
        double[] predicted = [.. File.ReadLines(workspace.At("scores.csv")).Skip(1).Select(l => double.Parse(l, null))];

        using Process server = TaperProcess.Start(workspace.Folder, [], "serve", "bundle", "--urls", "http://127.0.0.1:0");
        Uri address = await AddressOf(server);
        using var client = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v2/health/ready", cancellation)).StatusCode);
        using JsonDocument index = JsonDocument.Parse(await (await client.PostAsync("/v2/repository/index", null, cancellation)).Content.ReadAsStringAsync(cancellation));
        string model = index.RootElement[0].GetProperty("name").GetString()!;
        using var body = new StringContent("""{"instances": [{"user": "u1", "item": "i2", "tags": ["t1", "t2"], "price": 0.5}, {"user": "u999"}]}""");
        using HttpResponseMessage answer = await client.PostAsync($"/v1/models/{model}:predict", body, cancellation);
        double[] served = (await answer.Content.ReadFromJsonAsync<Dictionary<string, double[]>>(cancellation))!["predictions"];
        Assert.All(predicted.Zip(served), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        await SlowBodiesAreRefused(address);

        using Process kill = Process.Start("kill", ["-TERM", $"{server.Id}"])!;
        Outcome outcome = await TaperProcess.EndOf(server);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task What_cannot_be_served_is_told_in_a_line()
    {
        using var workspace = new Workspace();
        (await workspace.Taper("serve")).Refused(2, "Name what to serve");
        (await workspace.Taper("serve", "nothing")).Refused(3, "there is no such folder");
        (await workspace.Taper("serve", ".", "--urls", "http://0.0.0.0:0")).Refused(2, "--new-key");
        (await workspace.Taper("serve", ".", "--set", "limits.max_row=1")).Refused(2, "did you mean 'max_rows'?");
        Assert.Matches("^key     taper_[\\w-]{43}\nsha256  [0-9a-f]{64}\n$", (await workspace.Taper("serve", "--new-key")).Succeeded().Output);
    }

    /// <summary>A body that comes too slowly does not hold the connection for ever: the header promises more than ever comes.</summary>
    private static async Task SlowBodiesAreRefused(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /v1/models/m:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    internal static async Task<Uri> AddressOf(Process server)
    {
        while (await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is string line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
