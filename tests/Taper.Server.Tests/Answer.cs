using System.Net;
using System.Text.Json;

namespace Taper.Server.Tests;

/// <summary>An answer of the server.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpResponseMessage Response, byte[] Body)
{
    /// <summary>The JSON of the body.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The error of an answer that is nothing else.</summary>
    public string Error
    {
        get
        {
            JsonProperty only = Assert.Single(Json.EnumerateObject().ToArray());
            Assert.Equal("error", only.Name);
            return only.Value.GetString()!;
        }
    }

    public static async Task<Answer> OfAsync(HttpResponseMessage response) =>
        new(response.StatusCode, response, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

    /// <summary>Fails with what the server said unless it answered 200.</summary>
    public Answer Good()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{Status}: {System.Text.Encoding.UTF8.GetString(Body)}");
        return this;
    }

    /// <summary>Fails unless the server refused with one sentence that holds all the words.</summary>
    public Answer Refused(HttpStatusCode status, params string[] words)
    {
        Assert.True(Status == status, $"{Status}: {System.Text.Encoding.UTF8.GetString(Body)}");
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
        return this;
    }

    /// <summary>An array of numbers.</summary>
    public float[] Floats(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(e => e.GetSingle())];
}
