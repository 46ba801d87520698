namespace Taper.Client;

/// <summary>How a <see cref="ScoringClient"/> asks.</summary>
public sealed record ScoringClientOptions
{
    /// <summary>The version to ask; null: the highest that is served.</summary>
    public long? Version { get; init; }

    /// <summary>The API key; null: none is sent.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// How often a request that the server answers with 429 or 503 is sent again, 0 to 10; 0, the default: never. Other failures
    /// are never tried again.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>
    /// The longest that a retry waits, 10 seconds by default: a server that asks for more in <c>Retry-After</c> is not tried again.
    /// Where it asks for nothing, retries wait 0.1 s, 0.2 s, 0.4 s and so on, up to this.
    /// </summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock that retries wait by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
