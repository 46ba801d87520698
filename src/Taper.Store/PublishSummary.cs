namespace Taper.Store;

/// <summary>What a publish came to.</summary>
public sealed record PublishSummary
{
    /// <summary>The name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>The id of the version that is current now: its manifest's checksum.</summary>
    public required string Version { get; init; }

    /// <summary>The id of the version that was current before; null where there was none.</summary>
    public required string? Replaced { get; init; }

    /// <summary>Rows of the version.</summary>
    public required long Rows { get; init; }

    /// <summary>Buckets of the version.</summary>
    public required long Buckets { get; init; }

    /// <summary>Buckets that were written; the others were there already.</summary>
    public required long WrittenBuckets { get; init; }

    /// <summary>Versions that were removed: older ones, and what interrupted publishes had left.</summary>
    public required int RemovedVersions { get; init; }
}
