namespace Taper.Training.Runs;

/// <summary>What a run folder says of itself in run.json.</summary>
internal sealed record RunRecord
{
    public const int CurrentVersion = 1;

    public int FormatVersion { get; init; } = CurrentVersion;

    public required RunConfig Config { get; init; }

    public required string DatasetFolder { get; init; }

    public required string DatasetFingerprint { get; init; }

    /// <summary>Shards that its checkpoints are in, where it was trained on a cluster; else null.</summary>
    public int? Shards { get; init; }

    /// <summary>The trained model that it started from; null where it started from random values.</summary>
    public string? InitFrom { get; init; }
}
