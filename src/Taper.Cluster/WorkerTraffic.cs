namespace Taper.Cluster;

/// <summary>What a worker's steps have carried and where their time went.</summary>
[GenerateSerializer, Immutable]
public sealed record WorkerTraffic
{
    /// <summary>Bytes of rows, their gradients and the sizer's, both ways.</summary>
    [Id(0)]
    public long EmbeddingBytes { get; init; }

    /// <summary>Bytes of the network's gradients, both ways.</summary>
    [Id(1)]
    public long DenseBytes { get; init; }

    /// <summary>Seconds of forward and backward passes and of the network's update.</summary>
    [Id(2)]
    public double ComputeSeconds { get; init; }

    /// <summary>Seconds in which rows were pulled; those that come with the answer to a push count there.</summary>
    [Id(3)]
    public double PullSeconds { get; init; }

    /// <summary>Seconds in which gradients were on their way, and their sums back, with the next step's rows once sizes stay as they are.</summary>
    [Id(4)]
    public double PushSeconds { get; init; }

    /// <summary>Seconds in which shards summed and applied gradients.</summary>
    [Id(5)]
    public double ApplySeconds { get; init; }

    /// <summary>Seconds in which this worker's gradients waited for those of others.</summary>
    [Id(6)]
    public double WaitSeconds { get; init; }

    /// <summary>Steps done.</summary>
    [Id(7)]
    public long Steps { get; init; }

    /// <summary>The sum of two workers'.</summary>
    public WorkerTraffic Plus(WorkerTraffic other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new WorkerTraffic
        {
            EmbeddingBytes = EmbeddingBytes + other.EmbeddingBytes,
            DenseBytes = DenseBytes + other.DenseBytes,
            ComputeSeconds = ComputeSeconds + other.ComputeSeconds,
            PullSeconds = PullSeconds + other.PullSeconds,
            PushSeconds = PushSeconds + other.PushSeconds,
            ApplySeconds = ApplySeconds + other.ApplySeconds,
            WaitSeconds = WaitSeconds + other.WaitSeconds,
            Steps = Steps + other.Steps,
        };
    }
}
