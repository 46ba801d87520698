namespace Taper.Training.Runs;

/// <summary>What a snapshot holds beside tensors.</summary>
internal sealed record SnapshotMetadata
{
    /// <summary>Fingerprint of the dataset the model was trained on.</summary>
    public required string Dataset { get; init; }

    /// <summary>Where the run stands.</summary>
    public required TrainingPosition Position { get; init; }

    /// <summary>Kept size of each frequency group.</summary>
    public required byte[] Sizes { get; init; }

    /// <summary>Whether the sizes are frozen.</summary>
    public required bool SizesFrozen { get; init; }

    /// <summary>Whether embeddings and their optimizer's state are the kept prefixes alone, back to back.</summary>
    public bool Compact { get; init; }

    /// <summary>Step counters of the optimizers; empty in a snapshot without optimizer state.</summary>
    public long[] OptimizerSteps { get; init; } = [];
}
