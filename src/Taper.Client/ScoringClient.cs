using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Taper.Client;

/// <summary>
/// Asks a Taper server for the scores of a model. Thread-safe, as its <see cref="HttpClient"/> is; make one and keep it.
/// Values of a field are text, numbers, lists of those (of multi-valued fields), or null (missing).
/// </summary>
public sealed class ScoringClient
{
    private readonly HttpClient http;
    private readonly string address;
    private readonly ScoringClientOptions options;
    private readonly RetryDelays delays;

    /// <param name="http">With the server's address as its base, such as http://127.0.0.1:8080; stays yours to dispose.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="options">Version, key and retries; null: the defaults.</param>
    /// <exception cref="ArgumentException">The client has no base address, or the model has no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ScoringClient(HttpClient http, string model, ScoringClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("Set the HttpClient's BaseAddress to the server's, such as http://127.0.0.1:8080.", nameof(http));
        }

        this.http = http;
        this.options = options ?? new ScoringClientOptions();
        delays = new RetryDelays(this.options);
        address = Uri.EscapeDataString(model) + (this.options.Version is long version ? $"/versions/{version}" : "");
    }

    /// <summary>Scores rows.</summary>
    /// <param name="rows">Each row's values by field; a field that is left out is missing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A probability for each row, in the rows' order.</returns>
    /// <exception cref="ScoringException">The server refused, or its answer cannot be understood.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<float>> PredictAsync(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["instances"] = rows });
        float[] scores = await AskAsync(HttpMethod.Post, $"v1/models/{address}:predict", body, json => Scores(json, "predictions"), cancellation).ConfigureAwait(false);
        return scores.Length == rows.Count ? scores : throw Unclear(null);
    }

    /// <summary>Ranks items for a user.</summary>
    /// <param name="user">The values that are the same for all items, by field.</param>
    /// <param name="items">Each item's values by field.</param>
    /// <param name="top">How many of the best are wanted, 1 or more.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The best items, the best first; fewer than <paramref name="top"/> where there are fewer.</returns>
    /// <exception cref="ScoringException">The server refused, or its answer cannot be understood.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<RankedItem>> RankAsync(
        IReadOnlyDictionary<string, object?> user, IReadOnlyList<IReadOnlyDictionary<string, object?>> items, int top, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["user"] = user, ["items"] = items, ["top"] = top });
        return await AskAsync(HttpMethod.Post, $"v1/models/{address}:rank", body, json => Ranking(json, items.Count), cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks what the model is.</summary>
    /// <exception cref="ScoringException">The server refused, or its answer cannot be understood.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public Task<ModelMetadata> GetMetadataAsync(CancellationToken cancellation = default) =>
        AskAsync(HttpMethod.Get, $"v2/models/{address}", null, ModelMetadata.Of, cancellation);

    private static float[] Scores(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(score => score.GetSingle())];

    private static RankedItem[] Ranking(JsonElement json, int count)
    {
        RankedItem[] ranking =
        [
            .. json.GetProperty("ranking").EnumerateArray().Select(item => new RankedItem(item.GetProperty("index").GetInt32(), item.GetProperty("score").GetSingle())),
        ];
        return ranking.All(item => (uint)item.Index < (uint)count) ? ranking : throw Unclear(null);
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string path, byte[]? body, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        for (int attempt = 0; ; attempt++)
        {
            using HttpRequestMessage request = Request(method, path, body);
            using HttpResponseMessage response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return Read(answer, read);
            }

            if (delays.Next(attempt, response) is not TimeSpan delay)
            {
                throw ScoringException.Of(response.StatusCode, answer);
            }

            await Task.Delay(delay, options.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        if (options.ApiKey is string key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private static T Read<T>(byte[] answer, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unclear(e);
        }
    }

    private static ScoringException Unclear(Exception? inner) =>
        new(HttpStatusCode.OK, "The server's answer cannot be understood: the address may belong to another program.", inner);
}
