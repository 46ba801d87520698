using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Tests;
using Taper.Training.Tests.Runs;

namespace Taper.Cluster.Tests.Trainings;

[Collection(WholeTrainings.Name)]
public sealed class TrainingTests(TestClusters clusters, TinyDataset data)
{
    [Theory]
    [InlineData("fixed", "dnn", 3, 0, 1)]
    [InlineData("fixed", "deepfm", 3, 0, 2)]
    [InlineData("amtl", "dnn", 1.5, 0.2, 1)]
    [InlineData("amtl", "deepfm", 0.3, 0, 1)]
    [InlineData("amtl", "deepfm", 3, 0, 2)]
    [InlineData("frequency_rule", "wide_deep", 3, 0, 1)]
    public async Task One_silo_gives_the_bytes_of_one_process(string method, string network, double freezeEpoch, double dropout, int threads)
    {
        RunConfig config = Configs.Of(method, network);
        config = config with
        {
            Network = config.Network with { Dropout = dropout },
            Sizing = config.Sizing with { FreezeEpoch = freezeEpoch },
            Training = config.Training with { Threads = threads },
        };
        (string expected, string run) = (data.NewFolder(), data.NewFolder());
        TrainingResult inProcess = InOneProcess(config, expected);
        var heard = new HeardProgress();
        TrainingResult result = await Train(clusters.One, Plans.Of(config, data.Folder, run, workers: 1, shards: 1), heard);
        Assert.Equal(Metrics(expected), Metrics(run));
        Assert.Equal(BestBytes(expected), BestBytes(run));
        Assert.Equal((inProcess.Validation, inProcess.Test, inProcess.Embedding), (result.Validation, result.Test, result.Embedding));
        Assert.Equal([1, 2, 3], heard.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(method == "amtl" && freezeEpoch < 3, heard.Texts.Any(text => text.StartsWith("Sizes frozen", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("fixed", "dnn", 3, 3)]
    [InlineData("fixed", "deepfm", 3, 2)]
    [InlineData("amtl", "dnn", 2, 4)]
    [InlineData("amtl", "deepfm", 3, 3)]
    public async Task More_workers_and_shards_differ_by_the_order_of_sums(string method, string network, int workers, int shards)
    {
        RunConfig config = Configs.Of(method, network);
        (string expected, string run) = (data.NewFolder(), data.NewFolder());
        TrainingResult inProcess = InOneProcess(config, expected);
        var heard = new HeardProgress();
        TrainingResult result = await Train(clusters.Three, Plans.Of(config, data.Folder, run, workers, shards), heard);
        EpochResult first = Assert.Single(heard.Epochs, epoch => epoch.Epoch == 1);
        double loss = EpochsInOneProcess(config)[0].Loss!.Value;
        Assert.Equal(loss, first.Loss!.Value, loss * 1e-5);
        Assert.InRange(result.Test.Auc, inProcess.Test.Auc - 0.0005, inProcess.Test.Auc + 0.0005);
        Assert.Equal([1, 2, 3], heard.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(["silo-1", "silo-2", "silo-3"], heard.View!.Silos.Select(silo => silo.Name));
        Assert.Equal((workers, shards), (heard.View.Silos.Sum(silo => silo.Workers), heard.View.Silos.Sum(silo => silo.Shards)));
        using TrainedRun opened = TrainedRun.Open(run);
        Assert.Equal(result.Test.Auc, opened.Evaluate("test", TestContext.Current.CancellationToken).Auc, 1e-9);
    }

    [Fact]
    public async Task Half_floats_on_the_way_change_little()
    {
        RunConfig config = Configs.Of("fixed");
        var heard = new HeardProgress();
        TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), workers: 2, shards: 2) with { Wire = WirePrecision.Fp16 };
        TrainingResult result = await Train(clusters.Three, plan, heard);
        EpochResult[] expected = EpochsInOneProcess(config);
        Assert.NotEqual(expected[0].Loss, heard.Epochs.First().Loss);
        Assert.Equal(expected[0].Loss!.Value, heard.Epochs.First().Loss!.Value, 1e-3);
        Assert.Equal(InOneProcess(config, data.NewFolder()).Test.Auc, result.Test.Auc, 0.005);
    }

    [Fact]
    public async Task A_table_that_one_silo_has_no_room_for_is_trained_on_three()
    {
        RunConfig config = Configs.Of("fixed");
        config = config with { Sizing = config.Sizing with { EmbeddingDim = 32 } };
        for (int attempt = 0; attempt < 2; attempt++)
        {
            TrainingPlan plan = Plans.Of(config, data.Folder, data.NewFolder(), workers: 1, shards: 1);
            var refusal = await Assert.ThrowsAsync<ClusterException>(() => Train(clusters.One, plan, new HeardProgress()));
            Assert.StartsWith("silo silo-1: shard 0 needs ", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
            Assert.Equal(1, GenerationsOf(plan));
        }

        TrainingResult result = await Train(clusters.Three, Plans.Of(config, data.Folder, data.NewFolder(), workers: 3, shards: 3), new HeardProgress());
        Assert.InRange(result.TrainingBytes, TestClusters.Memory + 1, 3 * TestClusters.Memory);
    }

    [Theory]
    [InlineData("size_zero", "sizing.method: a cluster trains")]
    [InlineData("batch_norm", "network.batch_norm: ")]
    [InlineData("mde", "sizing.method: a cluster trains")]
    [InlineData("dataset", "")]
    public async Task What_a_cluster_cannot_train_is_said_at_once(string what, string message)
    {
        RunConfig config = Configs.Of(what == "mde" ? "mde" : "amtl");
        config = config with
        {
            Network = config.Network with { BatchNorm = what == "batch_norm" },
            Sizing = config.Sizing with { SizeZero = what == "size_zero", Budget = 0.9 },
        };
        TrainingPlan plan = Plans.Of(config, what == "dataset" ? data.NewFolder() : data.Folder, data.NewFolder(), workers: 2, shards: 1);
        var heard = new HeardProgress();
        var refusal = await Assert.ThrowsAsync<ClusterException>(() => Train(clusters.Three, plan, heard));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Empty(heard.Texts);
        Assert.Equal(1, GenerationsOf(plan));
    }

    [Fact]
    public async Task Where_nothing_was_started_there_is_nothing_to_follow()
    {
        string run = data.NewFolder();
        var refusal = await Assert.ThrowsAsync<ClusterException>(
            () => clusters.One.FollowAsync(run, new HeardProgress(), TestContext.Current.CancellationToken));
        Assert.Contains("no training is under way here", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_follows_later_hears_all_of_it_too()
    {
        TrainingPlan plan = Plans.Of(Configs.Of("fixed"), data.Folder, data.NewFolder(), workers: 1, shards: 1);
        TrainingResult result = await Train(clusters.One, plan, new HeardProgress());
        var late = new HeardProgress();
        Assert.Equal(result, await clusters.One.FollowAsync(plan.RunFolder, late, TestContext.Current.CancellationToken));
        Assert.Equal([1, 2, 3], late.Epochs.Select(epoch => epoch.Epoch));
    }

    private static async Task<TrainingResult> Train(ClusterTrainings trainings, TrainingPlan plan, HeardProgress heard)
    {
        await trainings.StartAsync(plan);
        return await trainings.FollowAsync(plan.RunFolder, heard, TestContext.Current.CancellationToken);
    }

    private TrainingResult InOneProcess(RunConfig config, string run) => Trainer.Run(
        new TrainingRequest { Config = config, DatasetFolder = data.Folder, RunFolder = run }, new Silent(), TestContext.Current.CancellationToken);

    private EpochResult[] EpochsInOneProcess(RunConfig config)
    {
        var heard = new HeardProgress();
        Trainer.Run(
            new TrainingRequest { Config = config, DatasetFolder = data.Folder, RunFolder = data.NewFolder() }, heard, TestContext.Current.CancellationToken);
        return [.. heard.Epochs];
    }

    private static int GenerationsOf(TrainingPlan plan) => Directory.GetFiles(Path.Combine(plan.RunFolder, "cluster"), "generation-*").Length;

    private static string[] Metrics(string run) => File.ReadAllLines(Path.Combine(run, "metrics.jsonl"));

    private static byte[] BestBytes(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));
}
