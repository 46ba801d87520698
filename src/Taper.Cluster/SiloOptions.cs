using System.Net;

namespace Taper.Cluster;

/// <summary>How a silo runs.</summary>
public sealed record SiloOptions
{
    /// <summary>The cluster that it joins.</summary>
    public required ClusterAddress Cluster { get; init; }

    /// <summary>What it is called in messages and metrics; unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>The address at which other silos reach it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port at which other silos reach it.</summary>
    public required int Port { get; init; }

    /// <summary>The port at which clients reach it.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>The most memory that shards may take on it, in bytes; null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The port at which <c>/metrics</c> answers Prometheus, and <c>/health</c> whoever asks whether it lives; null for none.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Whether it tells, on stderr, what its cluster does.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Whether it keeps the membership of a cluster on one machine and takes no part in trainings.</summary>
    public bool IsFront { get; init; }
}
