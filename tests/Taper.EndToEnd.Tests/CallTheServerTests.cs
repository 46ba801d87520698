using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Taper.Client;

namespace Taper.EndToEnd.Tests;

/// <summary>What docs/call-the-server.md shows is done with the real server, and answered as it is shown.</summary>
public sealed partial class CallTheServerTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Source())!, "..", "..", "docs", "call-the-server.md"));

    [Fact]
    public async Task Curl_is_answered_as_the_page_shows()
    {
        Match[] commands = CurlBlock().Matches(Page).ToArray();
        Assert.Equal(4, commands.Length);
        foreach (Match command in commands)
        {
            string script = $"set -e\ncurl() {{ command curl --silent --show-error --fail-with-body \"$@\"; }}\n{Here(command.Groups["command"].Value)}";
            Outcome outcome = (await RunAsync("bash", ["-c", script], needs: "curl")).Succeeded();
            Assert.Equal(ShapeOf(JsonDocument.Parse(command.Groups["answer"].Value).RootElement), ShapeOf(JsonDocument.Parse(outcome.Output).RootElement));
        }
    }

    [Fact]
    public async Task Python_is_answered()
    {
        string program = Here(PythonBlock().Match(Page).Groups["code"].Value);
        Outcome outcome = (await RunAsync("python3", ["-c", program], needs: "python3")).Succeeded();
        Assert.All(JsonSerializer.Deserialize<double[]>(outcome.Output)!, probability => Assert.InRange(probability, 0, 1));
    }

    [Fact]
    public async Task The_client_is_answered()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = server.Address };

        #region client
        var client = new ScoringClient(http, "clicks", new ScoringClientOptions { Retries = 3 });
        IReadOnlyList<float> probabilities = await client.PredictAsync(
            [
                new Dictionary<string, object?> { ["user"] = "u1", ["item"] = "i2", ["tags"] = new[] { "t1", "t2" }, ["price"] = 0.5 },
                new Dictionary<string, object?> { ["user"] = "u7", ["item"] = "i3" },
            ],
            cancellation);

        Dictionary<string, object?> user = new() { ["user"] = "u1" };
        string[] items = ["i2", "i3", "i9"];
        IReadOnlyList<RankedItem> best = await client.RankAsync(
            user, [.. items.Select(item => new Dictionary<string, object?> { ["item"] = item })], top: 2, cancellation);
        string first = items[best[0].Index];
        #endregion

        Assert.Equal(2, probabilities.Count);
        Assert.Equal(2, best.Count);
        Assert.True(best[0].Score >= best[1].Score);
        Assert.Contains(first, items);
        string code = string.Join('\n', Region().Match(File.ReadAllText(Source())).Groups["code"].Value.Split('\n').Select(line => line.Length < 8 ? line : line[8..]));
        Assert.Contains($"```csharp\n{code}\n```", Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_scores_rows_as_the_client_does()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        IReadOnlyList<float> expected = await new ScoringClient(http, "clicks").PredictAsync(
            [new Dictionary<string, object?> { ["user"] = "u1", ["item"] = "i1", ["tags"] = "t1;t2", ["price"] = "0.5" }], TestContext.Current.CancellationToken);
        Outcome outcome = (await SampleAsync("clicks", "u1\ti1\tt1;t2\t0.5\n")).Succeeded();
        Assert.Equal(FormattableString.Invariant($"{expected[0]:0.0000}"), outcome.Output.TrimEnd());
        Outcome refused = await SampleAsync("click", "");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("did you mean 'clicks'?", refused.Error, StringComparison.Ordinal);
    }

    private async Task<Outcome> SampleAsync(string model, string input)
    {
        using Process sample = TaperProcess.Start(TaperProcess.Sample("CallServer"), server.Folder, [], server.Address.ToString(), model);
        await sample.StandardInput.WriteAsync(input);
        sample.StandardInput.Close();
        return await TaperProcess.EndOf(sample);
    }

    private string Here(string code) => code.Replace("http://127.0.0.1:8080", server.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);

    private async Task<Outcome> RunAsync(string program, string[] arguments, string needs)
    {
        Assert.SkipUnless(await IsThere(needs), $"{needs} is not on the PATH");
        using Process process = TaperProcess.Start(program, server.Folder, [], arguments);
        process.StandardInput.Close();
        return await TaperProcess.EndOf(process);
    }

    private async Task<bool> IsThere(string program)
    {
        try
        {
            using Process asked = TaperProcess.Start(program, server.Folder, [], "--version");
            return (await TaperProcess.EndOf(asked)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>A JSON value without its numbers, which another training changes; whole numbers that are counts stay.</summary>
    private static string ShapeOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(", ", json.EnumerateObject().Select(property => $"{property.Name}: {(property.Name == "shape" ? property.Value : ShapeOf(property.Value))}"))}}}",
        JsonValueKind.Array => $"[{string.Join(", ", json.EnumerateArray().Select(ShapeOf))}]",
        JsonValueKind.Number => "number",
        _ => json.GetRawText(),
    };

    private static string Source([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```sh\n(?<command>curl .*?)```\n\n```json\n(?<answer>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CurlBlock();

    [GeneratedRegex("```python\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();

    [GeneratedRegex("#region client\n(?<code>.*?)\n *#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();
}
