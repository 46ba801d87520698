using System.Net;

namespace Taper.Client;

/// <summary>Says whether a refused request is tried again, and after how long.</summary>
internal sealed class RetryDelays
{
    private const int MostRetries = 10;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.1);
    private readonly ScoringClientOptions options;

    public RetryDelays(ScoringClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Retries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Retries, MostRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LongestDelay, TimeSpan.Zero);
        this.options = options;
    }

    /// <summary>The wait before the next attempt; null: there is none.</summary>
    /// <param name="attempt">How many attempts came before the one that this answers.</param>
    /// <param name="response">A refusal.</param>
    public TimeSpan? Next(int attempt, HttpResponseMessage response)
    {
        if (attempt >= options.Retries || response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return null;
        }

        TimeSpan? asked = response.Headers.RetryAfter switch
        {
            { Delta: TimeSpan delta } => delta,
            { Date: DateTimeOffset date } => date - options.Clock.GetUtcNow(),
            _ => null,
        };
        return asked switch
        {
            null => TimeSpan.FromTicks(Math.Min(First.Ticks << attempt, options.LongestDelay.Ticks)),
            TimeSpan wait when wait < TimeSpan.Zero => TimeSpan.Zero,
            TimeSpan wait => wait <= options.LongestDelay ? wait : null,
        };
    }
}
