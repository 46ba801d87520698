namespace Taper.Server.Protocols;

/// <summary>
/// A request that is not answered as asked: the HTTP status, and one sentence for who sent it. What a request names may hold line
/// breaks and the like; the sentence has � in their place.
/// </summary>
internal sealed class RequestException(int status, string message) : Exception(OnOneLine(message))
{
    private const char Replacement = '\uFFFD';

    /// <summary>The HTTP status, 400 to 599.</summary>
    public int Status { get; } = status;

    /// <summary>Seconds after which trying again makes sense; null where it does not.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>400: the request cannot be understood or does not fit the model.</summary>
    public static RequestException Bad(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>404: there is no such thing.</summary>
    public static RequestException NotFound(string message) => new(StatusCodes.Status404NotFound, message);

    /// <summary>413: the request is over a limit.</summary>
    public static RequestException TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, message);

    /// <summary>429: there is more work than is taken; try again.</summary>
    public static RequestException Busy(string message) =>
        new(StatusCodes.Status429TooManyRequests, message) { RetryAfterSeconds = 1 };

    /// <summary>503: not now.</summary>
    public static RequestException Unavailable(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, message) { RetryAfterSeconds = 1 };

    private static string OnOneLine(string message) =>
        message.Any(char.IsControl) ? string.Create(message.Length, message, static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) ? Replacement : text[i];
            }
        }) : message;
}
