using System.Globalization;

namespace Taper.Cluster.Coordination;

/// <summary>Where the parts of a cluster's checkpoint lie: a folder for each shard, and one for what all workers have alike.</summary>
internal static class CheckpointLayout
{
    public static string ShardIn(string checkpoint, int shard) =>
        Path.Combine(checkpoint, string.Create(CultureInfo.InvariantCulture, $"shard-{shard:D5}"));

    public static string ReplicaIn(string checkpoint) => Path.Combine(checkpoint, "replica");
}
