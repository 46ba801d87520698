namespace Taper.Cluster.Workers;

/// <summary>What a worker is to do.</summary>
/// <param name="Plan">The training.</param>
/// <param name="Index">The worker's number, from 0.</param>
/// <param name="Generation">The generation whose shards it works with.</param>
/// <param name="Checkpoint">The checkpoint to load; null for first values.</param>
/// <param name="InitFrom">The trained model whose network is the first one, where it fits; null for a random one.</param>
[GenerateSerializer, Immutable]
internal sealed record WorkerTask(TrainingPlan Plan, int Index, long Generation, string? Checkpoint, string? InitFrom);
