namespace Taper.Server.Settings;

/// <summary>How requests are scored.</summary>
internal sealed record ScoringSettings
{
    /// <summary>See the attribute.</summary>
    [Setting("Requests scored at the same time, each with one thread; 0: one for each core.", Min = 0, Max = 1024)]
    public int Threads { get; init; }

    /// <summary>See the attribute.</summary>
    [Setting("Rows up to which requests that had to wait are put together.", Min = 1, Max = 65_536)]
    public int MaxBatchRows { get; init; } = 256;

    /// <summary>See the attribute.</summary>
    [Setting("Requests that may wait; further ones are answered 429.", Min = 0, Max = 1_000_000)]
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>See the attribute.</summary>
    [Setting("Seconds that a request may wait before it is answered 503.", Min = 0.001, Max = 600)]
    public double QueueSeconds { get; init; } = 2;
}
