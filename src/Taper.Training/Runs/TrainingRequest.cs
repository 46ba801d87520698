namespace Taper.Training.Runs;

/// <summary>What to train, on what, and where to put it.</summary>
public sealed record TrainingRequest
{
    /// <summary>The model and how to fit it.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>The YAML that <see cref="Config"/> came from with every default filled in; kept in the run folder.</summary>
    public string ConfigYaml { get; init; } = "";

    /// <summary>Folder of the prepared dataset.</summary>
    public required string DatasetFolder { get; init; }

    /// <summary>Folder that receives checkpoints, metrics and the best model.</summary>
    public required string RunFolder { get; init; }

    /// <summary>A trained model to start from instead of random values: a run, a bundle, or weights of another program; null for random values.</summary>
    public string? InitFrom { get; init; }

    /// <summary>Whether to go on from the newest good checkpoint in <see cref="RunFolder"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Shards that the rows are in on a cluster; null in one process.</summary>
    internal int? Shards { get; init; }

    /// <summary>Tells the time; only for speed and seconds.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
