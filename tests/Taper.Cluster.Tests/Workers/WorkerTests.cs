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
        using var training = new LocalTraining(plan, config, data.Dataset);
        StepsTrained[] trained = await training.Train(0, 3, atOnce: 3);
        Assert.Equal(data.Dataset.Split("train").Count, trained.Sum(own => own.Examples));
        Assert.All(trained, own => Assert.Equal(trained[0].Sizes, own.Sizes));
        Assert.Single(training.Replicas(data).Distinct());
    }

    [Theory]
    [InlineData("dnn")]
    [InlineData("deepfm")]
    public void A_worker_without_examples_in_a_split_predicts_none(string network)
    {
        RunConfig config = ShortBatch(network);
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), workers: 400, shards: 1);
        EmbeddingShard shard = LocalTraining.Shards(plan, config, Sizer.GroupsOf("amtl", data.Dataset))[0];
        using Worker worker = Worker.Begin(new WorkerTask(plan, 0, 1, null, null), null, [new LocalShard(shard, 400, WirePrecision.Fp32)], TimeProvider.System);
        Assert.Empty(worker.Predict("test", TestContext.Current.CancellationToken));
        shard.Dispose();
    }

    /// <summary>
    /// Steps that are taken one by one pull all their rows; taken in one go, all but the first have them with the answer before. The last batch is too short for
    /// all workers.
    /// </summary>
    [Theory]
    [InlineData("fixed", "dnn", WirePrecision.Fp32)]
    [InlineData("fixed", "deepfm", WirePrecision.Fp32)]
    [InlineData("fixed", "deepfm", WirePrecision.Fp16)]
    [InlineData("amtl", "dnn", WirePrecision.Fp32)]
    [InlineData("amtl", "deepfm", WirePrecision.Fp32)]
    public async Task Rows_that_come_with_the_answer_before_change_no_bit(string method, string network, WirePrecision wire)
    {
        const int Workers = 3, Steps = 9;
        RunConfig config = Configs.Of(method, network) with { Training = Configs.Of(method).Training with { BatchSize = (data.Dataset.Split("train").Count - 1) / (Steps - 1) } };
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), Workers, shards: 2) with { Wire = wire };
        using var oneByOne = new LocalTraining(plan, config, data.Dataset);
        using var inOneGo = new LocalTraining(plan, config, data.Dataset);
        int learned = 0;
        if (method == "amtl")
        {
            learned = 2;
            await oneByOne.Train(0, learned, atOnce: 1);
            await inOneGo.Train(0, learned, atOnce: learned);
            Assert.Equal(oneByOne.Messages, inOneGo.Messages); // the next step's sizes are not known before the answer
            oneByOne.Freeze(0.2);
            inOneGo.Freeze(0.2);
        }

        StepsTrained[] expected = await oneByOne.Train(learned, Steps - learned, atOnce: 1);
        StepsTrained[] trained = await inOneGo.Train(learned, Steps - learned, atOnce: Steps - learned);
        Assert.Equal(expected.Select(own => own.Losses), trained.Select(own => own.Losses));
        Assert.Equal(expected.Select(own => own.Examples), trained.Select(own => own.Examples));
        Assert.Equal(expected.Select(own => own.Traffic.EmbeddingBytes), trained.Select(own => own.Traffic.EmbeddingBytes));
        Assert.Equal(oneByOne.Rows, inOneGo.Rows);
        Assert.Equal(oneByOne.Replicas(data), inOneGo.Replicas(data));
        Assert.Equal((Workers * 2 * Steps, Workers * 2 * Steps), oneByOne.Messages);
        Assert.Equal((Workers * 2 * (learned + 1), Workers * 2 * Steps), inOneGo.Messages);
    }

    /// <summary>What follows a go may be anything: predictions, other learning rates, the next epoch.</summary>
    [Fact]
    public async Task A_worker_predicts_between_goes_and_goes_on_with_the_next_epoch()
    {
        RunConfig config = Configs.Of("fixed");
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), workers: 2, shards: 2);
        using var oneByOne = new LocalTraining(plan, config, data.Dataset);
        using var inGoes = new LocalTraining(plan, config, data.Dataset);
        int batches = (data.Dataset.Split("train").Count + config.Training.BatchSize - 1) / config.Training.BatchSize;
        foreach ((int epoch, int first, int count) in new[] { (0, 0, 3), (0, 3, batches - 3), (1, 0, batches) })
        {
            var position = new TrainingPosition { Epoch = epoch, Batch = first, Step = (epoch * batches) + first };
            StepsTrained[] expected = await oneByOne.Train(position, count, atOnce: 1);
            StepsTrained[] trained = await inGoes.Train(position, count, atOnce: count);
            Assert.Equal(expected.Select(own => own.Losses), trained.Select(own => own.Losses));
            Assert.Equal(oneByOne.Predict("validation"), inGoes.Predict("validation"));
        }

        Assert.Equal(oneByOne.Rows, inGoes.Rows);
        Assert.Equal(oneByOne.Replicas(data), inGoes.Replicas(data));
    }

    /// <summary>Which steps rows have seen depends on who is faster; that workers take the same sums, and wait for all at the end, does not.</summary>
    [Fact]
    public async Task Workers_that_are_ahead_stay_alike_with_a_message_a_step()
    {
        const int Workers = 3, Steps = 8;
        RunConfig config = Configs.Of("fixed", "deepfm") with { Training = Configs.Of("fixed").Training with { BatchSize = 64 } };
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), Workers, shards: 2) with { Staleness = 2 };
        using var training = new LocalTraining(plan, config, data.Dataset);
        StepsTrained[] trained = await training.Train(0, Steps, atOnce: Steps);
        Assert.All(Enumerable.Range(0, Steps), step => Assert.InRange(trained.Sum(own => own.Losses[step]), 0.1, 1));
        Assert.Single(training.Replicas(data).Distinct());
        Assert.Equal((Workers * 2, Workers * 2 * Steps), training.Messages);
    }
}
