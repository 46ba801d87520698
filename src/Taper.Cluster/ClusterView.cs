namespace Taper.Cluster;

/// <summary>What of a training runs where.</summary>
[GenerateSerializer, Immutable]
public sealed record ClusterView
{
    /// <summary>How often its parts were made: one more than they were lost.</summary>
    [Id(0)]
    public required long Generation { get; init; }

    /// <summary>The silos that have parts of it.</summary>
    [Id(1)]
    public required IReadOnlyList<SiloView> Silos { get; init; }

    /// <summary>What all workers' steps have carried since this generation began.</summary>
    [Id(2)]
    public required WorkerTraffic Traffic { get; init; }
}
