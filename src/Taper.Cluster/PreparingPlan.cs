using Taper.Data;

namespace Taper.Cluster;

/// <summary>What is to be prepared on a cluster, and in how many parts. Sources and folders are the same for every silo.</summary>
public sealed record PreparingPlan
{
    /// <summary>The raw files, the fields and the split.</summary>
    public required DataConfig Config { get; init; }

    /// <summary>Where relative paths of sources start.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>The dataset folder to make; one that stands there is replaced only at the end.</summary>
    public required string OutFolder { get; init; }

    /// <summary>Parts that share the files with examples, 1 or more; no more are made than there are files.</summary>
    public required int Parts { get; init; }

    /// <summary>Shards that share the values of the vocabularies, 1 or more.</summary>
    public required int Shards { get; init; }
}
