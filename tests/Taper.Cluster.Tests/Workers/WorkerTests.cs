using Taper.Cluster.Shards;
using Taper.Cluster.Workers;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests.Workers;

/// <summary>Workers and shards with no cluster around them.</summary>
public sealed class WorkerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    /// <summary>Its last batch has one example.</summary>
    private RunConfig ShortBatch(string network) => Configs.Of("amtl", network) with
    {
        Training = Configs.Of("amtl").Training with { BatchSize = (data.Dataset.Split("train").Count - 1) / 2 },
    };

    [Theory]
    [InlineData("dnn")]
    [InlineData("deepfm")]
    public async Task Workers_stay_alike_where_a_batch_has_fewer_examples_than_there_are_workers(string network)
    {
        const int Workers = 3;
        RunConfig config = ShortBatch(network);
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), Workers, shards: 2);
        FrequencyGroups groups = Sizer.GroupsOf("amtl", data.Dataset);
        EmbeddingShard[] shards = Shards(plan, config, groups, network == "deepfm");
        IShardGrain[] links = [.. shards.Select(shard => new LocalShard(shard, Workers, WirePrecision.Fp32))];
        Worker[] workers = [.. Enumerable.Range(0, Workers).Select(index => Worker.Begin(new WorkerTask(plan, index, 1, null), null, links, TimeProvider.System))];
        StepsTrained[] trained = await Task.WhenAll(workers.Select(worker => Task.Factory.StartNew(
            () => worker.Train(new TrainingPosition(), 3, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Equal(data.Dataset.Split("train").Count, trained.Sum(own => own.Examples));
        Assert.All(trained, own => Assert.Equal(trained[0].Sizes, own.Sizes));
        string[] folders = [.. workers.Select(_ => data.NewFolder())];
        for (int index = 0; index < Workers; index++)
        {
            workers[index].Save(folders[index], new TrainingPosition());
            Assert.Equal(Bytes(folders[0]), Bytes(folders[index]));
            workers[index].Dispose();
        }

        Array.ForEach(shards, shard => shard.Dispose());
    }

    [Theory]
    [InlineData("dnn")]
    [InlineData("deepfm")]
    public void A_worker_without_examples_in_a_split_predicts_none(string network)
    {
        RunConfig config = ShortBatch(network);
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), workers: 400, shards: 1);
        EmbeddingShard shard = Shards(plan, config, Sizer.GroupsOf("amtl", data.Dataset), network == "deepfm")[0];
        using Worker worker = Worker.Begin(new WorkerTask(plan, 0, 1, null), null, [new LocalShard(shard, 400, WirePrecision.Fp32)], TimeProvider.System);
        Assert.Empty(worker.Predict("test", TestContext.Current.CancellationToken));
        shard.Dispose();
    }

    private static EmbeddingShard[] Shards(TrainingPlan plan, RunConfig config, FrequencyGroups groups, bool hasFirstOrder)
    {
        byte[] sizes = [.. Enumerable.Repeat((byte)config.Sizing.EmbeddingDim, groups.Count)];
        return
        [
            .. Enumerable.Range(0, plan.Shards).Select(index => new EmbeddingShard(
                new ShardLayout(groups.TableRows, plan.Shards), new ShardTask(plan, index, sizes, false, hasFirstOrder, null), config, groups)),
        ];
    }

    private static byte[] Bytes(string folder) => File.ReadAllBytes(Path.Combine(folder, "state.safetensors"));
}
