using System.Net;
using System.Text.Json;

namespace Taper.Client;

/// <summary>The server refused a request; the message is its own sentence.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What the server said.</param>
/// <param name="inner">Why an answer cannot be understood; null where the server refused.</param>
public sealed class ScoringException(HttpStatusCode status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status: 400 does not fit the model, 401 and 403 keys, 404 not there, 413 over a limit, 429 and 503 try later.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>A refusal as the server told it.</summary>
    internal static ScoringException Of(HttpStatusCode status, byte[] answer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.String)
            {
                return new ScoringException(status, error.GetString()!);
            }
        }
        catch (JsonException)
        {
            // Something between the client and the server answered in its place.
        }

        return new ScoringException(status, $"The server answered {(int)status} without saying why.");
    }
}
