using System.Globalization;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Keys of a training's grains. Shards and workers are named by their generation: after a loss all of them are made anew under
/// other names, so that whatever is left of the generation before can do nothing to the training.
/// </summary>
internal static class PartKey
{
    public static string OfTraining(string runFolder) => Path.GetFullPath(runFolder);

    public static string OfShard(TrainingPlan plan, long generation, int index) => Of(plan, generation, "shard", index);

    public static string OfWorker(TrainingPlan plan, long generation, int index) => Of(plan, generation, "worker", index);

    private static string Of(TrainingPlan plan, long generation, string part, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{OfTraining(plan.RunFolder)}|{generation}|{part}-{index}");
}
