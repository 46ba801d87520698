using Taper.Training;

namespace Taper.Cluster.Tests;

/// <summary>Plans as the command line makes them.</summary>
internal static class Plans
{
    public static TrainingPlan Of(RunConfig config, string dataset, string run, int workers, int shards) => new()
    {
        Config = TrainingPlan.ConfigOf(config),
        ConfigYaml = "",
        DatasetFolder = dataset,
        RunFolder = run,
        Workers = workers,
        Shards = shards,
    };
}
