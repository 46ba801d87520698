using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Taper.Benchmarks.Serving;

/// <summary>Asks for the same rows by every protocol, and checks that one version, the one it names, gave all of an answer.</summary>
internal sealed class SoakClient(int port, SoakVersions versions, ServedRow[][] rows)
{
    private const string Path = "/v1/models/" + SoakVersions.Model;
    private readonly byte[][][] _requests =
    [
        [.. rows.Select(group => WireRequest.Predict(Path + ":predict", group))],
        [.. rows.Select(group => WireRequest.Rank(Path + ":rank", group))],
        [.. rows.Select(group => WireRequest.Infer($"/v2/models/{SoakVersions.Model}/infer", group))],
    ];

    public ConcurrentBag<double> Milliseconds { get; } = [];

    public ConcurrentDictionary<long, bool> Versions { get; } = [];

    /// <summary>What went wrong: answers other than 200, broken connections.</summary>
    public ConcurrentQueue<string> Failed { get; } = [];

    /// <summary>Answers whose scores are not those of one version, or of another than they name.</summary>
    public ConcurrentQueue<string> Mixed { get; } = [];

    /// <summary>Asks on one connection until it is told to stop.</summary>
    public void Run(int number, CancellationToken stop)
    {
        KeepAliveConnection connection = new(port);
        for (int i = number; !stop.IsCancellationRequested; i++)
        {
            try
            {
                Ask(connection, i % _requests.Length, i / _requests.Length % rows.Length);
            }
            catch (Exception e) when (e is SocketException or IOException or JsonException)
            {
                Failed.Enqueue(e.Message);
                connection.Dispose();
                connection = new KeepAliveConnection(port);
            }
        }

        connection.Dispose();
    }

    private void Ask(KeepAliveConnection connection, int protocol, int group)
    {
        long sent = Stopwatch.GetTimestamp();
        int status = connection.Exchange(_requests[protocol][group], out ReadOnlySpan<byte> body);
        Milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        string text = Encoding.UTF8.GetString(body);
        if (status != 200)
        {
            Failed.Enqueue($"{status}: {text}");
            return;
        }

        using JsonDocument answer = JsonDocument.Parse(text);
        (string? named, float[] scores) = Read(answer.RootElement);
        if (scores.Length == rows[group].Length && versions.VersionOf(group, scores) is long version
            && (named is null || long.Parse(named, CultureInfo.InvariantCulture) == version))
        {
            Versions.TryAdd(version, true);
        }
        else
        {
            Mixed.Enqueue(text);
        }
    }

    /// <summary>The version that an answer names, where it does, and its scores.</summary>
    private static (string? Version, float[] Scores) Read(JsonElement answer)
    {
        bool isInfer = answer.TryGetProperty("outputs", out JsonElement outputs);
        JsonElement scores = isInfer ? outputs[0].GetProperty("data")
            : answer.TryGetProperty("predictions", out JsonElement predictions) ? predictions : answer.GetProperty("scores");
        return (isInfer ? answer.GetProperty("model_version").GetString() : null, [.. scores.EnumerateArray().Select(score => score.GetSingle())]);
    }
}
