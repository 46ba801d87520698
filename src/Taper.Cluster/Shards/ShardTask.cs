namespace Taper.Cluster.Shards;

/// <summary>What a shard is to hold.</summary>
/// <param name="Plan">The training.</param>
/// <param name="Index">The shard's number, from 0.</param>
/// <param name="Sizes">Kept size of each frequency group.</param>
/// <param name="IsCompact">Whether there is room for the kept prefixes alone.</param>
/// <param name="HasFirstOrder">Whether each row has a first-order weight too.</param>
/// <param name="Checkpoint">The checkpoint to load; null for first values.</param>
/// <param name="InitFrom">The trained model whose values are the first ones; null for random ones.</param>
[GenerateSerializer, Immutable]
internal sealed record ShardTask(TrainingPlan Plan, int Index, byte[] Sizes, bool IsCompact, bool HasFirstOrder, string? Checkpoint, string? InitFrom);
