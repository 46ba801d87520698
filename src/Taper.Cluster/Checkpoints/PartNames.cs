using System.Globalization;

namespace Taper.Cluster.Checkpoints;

/// <summary>What the parts of a checkpoint are called: one for each shard, and one for what all workers have alike.</summary>
internal static class PartNames
{
    public const string Replica = "replica";

    public static string OfShard(int shard) => string.Create(CultureInfo.InvariantCulture, $"shard-{shard:D5}");
}
