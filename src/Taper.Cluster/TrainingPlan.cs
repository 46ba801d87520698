using System.Text.Json;
using Taper.Cluster.Checkpoints;
using Taper.Training;

namespace Taper.Cluster;

/// <summary>What is to be trained on a cluster, and in how many parts. Its folders are the same for every silo.</summary>
[GenerateSerializer, Immutable]
public sealed record TrainingPlan
{
    /// <summary>The model and how to fit it, as <see cref="ConfigOf"/> writes it.</summary>
    [Id(0)]
    public required string Config { get; init; }

    /// <summary>The config as YAML, for the run folder.</summary>
    [Id(1)]
    public required string ConfigYaml { get; init; }

    /// <summary>Folder of the prepared dataset.</summary>
    [Id(2)]
    public required string DatasetFolder { get; init; }

    /// <summary>Folder that receives checkpoints, metrics and the best model.</summary>
    [Id(3)]
    public required string RunFolder { get; init; }

    /// <summary>Workers that share each batch, 1 or more.</summary>
    [Id(4)]
    public required int Workers { get; init; }

    /// <summary>Shards that share the rows, 1 or more.</summary>
    [Id(5)]
    public required int Shards { get; init; }

    /// <summary>How rows and their gradients travel.</summary>
    [Id(6)]
    public WirePrecision Wire { get; init; }

    /// <summary>Whether to go on from the newest good checkpoint in <see cref="RunFolder"/>.</summary>
    [Id(7)]
    public bool Resume { get; init; }

    /// <summary>Steps that a worker may be ahead of those that all have done, once sizes stay as they are; 0 for synchronous steps.</summary>
    [Id(8)]
    public int Staleness { get; init; }

    /// <summary>
    /// Where the training's checkpoints are kept in an S3-like object store, <c>s3://BUCKET/PREFIX</c>: a place of its own, since a new training
    /// removes what lies there. Null for the run's folder.
    /// </summary>
    [Id(9)]
    public string? Checkpoints { get; init; }

    /// <summary>
    /// Trained model to start from, which every silo sees: a bundle, or weights of another program that the config's import section maps.
    /// Null for random values, or for what a run that is resumed started from.
    /// </summary>
    [Id(10)]
    public string? InitFrom { get; init; }

    /// <summary>A config as text that every silo reads alike.</summary>
    public static string ConfigOf(RunConfig config) => JsonSerializer.Serialize(config);

    /// <summary>A new place for the checkpoints of a run in an object store.</summary>
    /// <param name="place">Where, as <c>s3://BUCKET/PREFIX</c>.</param>
    /// <param name="runFolder">The run, whose name the place has.</param>
    /// <exception cref="FormatException">It is no such place.</exception>
    public static string CheckpointsIn(string place, string runFolder) =>
        BucketPlace.Parse(place).In($"{Path.GetFileName(Path.GetFullPath(runFolder))}-{Guid.NewGuid():N}").ToString();

    /// <summary>The plan of the training that was begun last in a run folder; null where there was none.</summary>
    public static TrainingPlan? LastIn(string runFolder) => new Coordination.CoordinatorRecord(Path.GetFullPath(runFolder)).Last();

    internal RunConfig ReadConfig() => JsonSerializer.Deserialize<RunConfig>(Config) ?? throw new ClusterException("The plan has no config.");
}
