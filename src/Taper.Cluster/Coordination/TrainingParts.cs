using System.Text.Json;
using Taper.Cluster.Shards;
using Taper.Cluster.Workers;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>
/// The shards and workers of one generation of a training. Whatever is asked of them is asked of all at once, and waited for by
/// the training's own thread; where one is lost, it fails.
/// </summary>
internal sealed class TrainingParts(TrainingPlan plan, long generation, IGrainFactory grains)
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(10);

    private readonly IShardGrain[] _shards =
        [.. Enumerable.Range(0, plan.Shards).Select(index => grains.GetGrain<IShardGrain>(PartKey.OfShard(plan, generation, index)))];

    private readonly IWorkerGrain[] _workers =
        [.. Enumerable.Range(0, plan.Workers).Select(index => grains.GetGrain<IWorkerGrain>(PartKey.OfWorker(plan, generation, index)))];

    /// <summary>Where the shards are, and what they take.</summary>
    public IReadOnlyList<PartStatus> Shards { get; private set; } = [];

    /// <summary>Where the workers are.</summary>
    public IReadOnlyList<PartStatus> Workers { get; private set; } = [];

    /// <summary>Makes all parts, or loads them from a checkpoint.</summary>
    /// <param name="first">What the first shard is to hold; the others hold as much.</param>
    /// <param name="checkpoint">The checkpoint; null for first values.</param>
    /// <exception cref="ArtifactException">A part of the checkpoint is missing or damaged; no part is still at it.</exception>
    public void Load(ShardTask first, string? checkpoint)
    {
        try
        {
            Shards = Whole(_shards, (shard, index) => shard.Load(first with { Index = index, Checkpoint = checkpoint }));
            Workers = Whole(_workers, (worker, index) => worker.Load(new WorkerTask(plan, index, generation, checkpoint, first.InitFrom)));
        }
        catch (CheckpointRefusedException e)
        {
            throw new ArtifactException(e.Message, e);
        }
    }

    public StepsTrained[] Train(TrainingPosition position, int count)
    {
        string from = JsonSerializer.Serialize(position);
        return All(_workers, (worker, _) => worker.Train(new StepsToTrain(from, count)));
    }

    public byte[][] Predict(string split) => All(_workers, (worker, _) => worker.Predict(split));

    public void ScaleLearningRates(double factor) =>
        Task.WhenAll([.. _shards.Select(shard => shard.ScaleLearningRate(factor)), .. _workers.Select(worker => worker.ScaleLearningRates(factor))])
            .GetAwaiter().GetResult();

    /// <summary>Freezes the workers' sizes, and returns them.</summary>
    public byte[] FreezeWorkers(double progress) => All(_workers, (worker, _) => worker.Freeze(progress))[0];

    public void FreezeShards(byte[] sizes, bool isCompact) => Shards = All(_shards, (shard, _) => shard.Freeze(sizes, isCompact));

    /// <summary>Writes all parts into a folder that every silo sees.</summary>
    public void Save(string checkpoint, TrainingPosition position) =>
        Task.WhenAll([.. _shards.Select(shard => shard.Save(checkpoint)), _workers[0].Save(checkpoint, JsonSerializer.Serialize(position))])
            .GetAwaiter().GetResult();

    /// <summary>Frees all parts that can be reached; those that cannot are lost with their silo.</summary>
    public void Release()
    {
        Task released = Task.WhenAll([.. _workers.Select(worker => worker.Release()), .. _shards.Select(shard => shard.Release())]);
        try
        {
            released.Wait(ReleaseTimeout);
        }
        catch (AggregateException)
        {
            // A silo that is gone cannot be asked, and has nothing left to free.
        }
    }

    /// <summary>Workers wait for each other in a step: the first failure ends it.</summary>
    private static TReply[] All<TGrain, TReply>(TGrain[] grains, Func<TGrain, int, Task<TReply>> ask) =>
        Replies.AllOrFirstFailure([.. grains.Select(ask)]);

    /// <summary>Waits for all of them even where one fails, for what is asked of them next.</summary>
    private static TReply[] Whole<TGrain, TReply>(TGrain[] grains, Func<TGrain, int, Task<TReply>> ask) =>
        Task.WhenAll(grains.Select(ask)).GetAwaiter().GetResult();
}
