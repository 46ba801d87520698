using Taper.Cluster.Shards;
using Taper.Cluster.Workers;
using Taper.Data;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests.Workers;

/// <summary>Shards, and workers on a thread each, with no cluster around them.</summary>
internal sealed class LocalTraining : IDisposable
{
    private readonly FrequencyGroups _groups;
    private readonly EmbeddingShard[] _shards;
    private readonly LocalShard[] _links;
    private readonly Worker[] _workers;

    public LocalTraining(TrainingPlan plan, RunConfig config, Dataset dataset)
    {
        _groups = Sizer.GroupsOf(config.Sizing.Method, dataset);
        _shards = Shards(plan, config, _groups);
        _links = [.. _shards.Select(shard => new LocalShard(shard, plan.Workers, plan.Wire, plan.Staleness))];
        _workers = [.. Enumerable.Range(0, plan.Workers).Select(index => Worker.Begin(new WorkerTask(plan, index, 1, null, null), null, _links, TimeProvider.System))];
    }

    /// <summary>Messages that shards have had.</summary>
    public (int Pulls, int Pushes) Messages => (_links.Sum(link => link.Pulls), _links.Sum(link => link.Pushes));

    /// <summary>The rows of each shard.</summary>
    public float[][] Rows => [.. _shards.Select((shard, index) => shard.Read([.. Enumerable.Range(0, new ShardLayout(_groups.TableRows, _shards.Length).RowsOf(index))]))];

    /// <summary>Shards with their first values, all rows whole.</summary>
    public static EmbeddingShard[] Shards(TrainingPlan plan, RunConfig config, FrequencyGroups groups)
    {
        byte[] sizes = [.. Enumerable.Repeat((byte)config.Sizing.EmbeddingDim, groups.Count)];
        bool hasFirstOrder = config.Network.Type == "deepfm";
        return
        [
            .. Enumerable.Range(0, plan.Shards).Select(index => new EmbeddingShard(
                new ShardLayout(groups.TableRows, plan.Shards), new ShardTask(plan, index, sizes, false, hasFirstOrder, null, null), config, groups)),
        ];
    }

    /// <summary>Takes steps of the first epoch.</summary>
    public Task<StepsTrained[]> Train(int first, int count, int atOnce) => Train(new TrainingPosition { Batch = first, Step = first }, count, atOnce);

    /// <summary>Takes steps of an epoch, some in one go.</summary>
    public async Task<StepsTrained[]> Train(TrainingPosition position, int count, int atOnce)
    {
        var goes = new List<StepsTrained[]>();
        for (int done = 0; done < count; done += atOnce)
        {
            TrainingPosition from = position with { Batch = position.Batch + done, Step = position.Step + done };
            goes.Add(await Task.WhenAll(_workers.Select(worker => Task.Factory.StartNew(
                () => worker.Train(from, atOnce, TestContext.Current.CancellationToken),
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))));
        }

        return [.. _workers.Select((_, worker) => goes[^1][worker] with
        {
            Losses = [.. goes.SelectMany(go => go[worker].Losses)],
            Examples = goes.Sum(go => go[worker].Examples),
        })];
    }

    /// <summary>Each worker's part of a split.</summary>
    public float[][] Predict(string split) => [.. _workers.Select(worker => worker.Predict(split, TestContext.Current.CancellationToken))];

    /// <summary>Keeps the sizes as they are, in shards of kept prefixes alone.</summary>
    public void Freeze(double progress)
    {
        byte[][] sizes = [.. _workers.Select(worker => worker.Freeze(progress))];
        Array.ForEach(_shards, shard => shard.Freeze(sizes[0], isCompact: true));
    }

    /// <summary>What each worker has of network, sizer and their optimizers.</summary>
    public string[] Replicas(TinyDataset data) => [.. _workers.Select(worker =>
    {
        string folder = data.NewFolder();
        worker.Save(folder, new TrainingPosition());
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "state.safetensors"))));
    })];

    public void Dispose()
    {
        Array.ForEach(_workers, worker => worker.Dispose());
        Array.ForEach(_shards, shard => shard.Dispose());
    }
}
