using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Tests;
using Taper.Training.Tests.Runs;

namespace Taper.Cluster.Tests.Trainings;

/// <summary>Trainings that were stopped go on as if they had not been.</summary>
[Collection(WholeTrainings.Name)]
public sealed class ResumingTests(TestClusters clusters, TinyDataset data)
{
    [Theory]
    [InlineData("amtl", "dnn", 0.2)]
    [InlineData("fixed", "deepfm", 0)]
    public async Task A_stopped_training_ends_in_the_bytes_of_one_that_was_not(string method, string network, double dropout)
    {
        TrainingPlan plan = Plan(method, network, dropout);
        await Stop(clusters.One, plan);
        var heard = new HeardProgress();
        TrainingResult result = await Train(clusters.One, plan with { Resume = true }, heard);
        Assert.Contains(heard.Texts, text => text.StartsWith("Resumed from ", StringComparison.Ordinal));
        AssertUndisturbed(plan, result);
    }

    [Theory]
    [InlineData("replica")]
    [InlineData("shard-00001")]
    public async Task Where_a_part_of_a_checkpoint_is_damaged_the_one_before_is_taken(string part)
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0) with { Shards = 2 };
        await Stop(clusters.One, plan);
        string newest = Directory.GetDirectories(Path.Combine(plan.RunFolder, "checkpoints"), "step-*").Order(StringComparer.Ordinal).Last();
        string damaged = Path.Combine(newest, part, "state.safetensors");
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(damaged, bytes);
        var heard = new HeardProgress();
        TrainingResult result = await Train(clusters.One, plan with { Resume = true }, heard);
        string refusal = Assert.Single(heard.Texts, text => text.StartsWith("Checkpoint refused", StringComparison.Ordinal));
        Assert.Contains(damaged, refusal, StringComparison.Ordinal);
        Assert.Contains(heard.Texts, text => text.StartsWith("Resumed from ", StringComparison.Ordinal) && !text.Contains(newest, StringComparison.Ordinal));
        AssertUndisturbed(plan, result);
    }

    [Fact]
    public async Task Checkpoints_in_an_object_store_are_gone_on_from_and_leave_nothing_in_the_run_s_folder()
    {
        TrainingPlan plan = Plan("fixed", "deepfm", 0) with { Shards = 2, Checkpoints = TrainingPlan.CheckpointsIn("s3://bucket/runs", data.NewFolder()) };
        await Stop(clusters.One, plan, () => clusters.Objects.Keys.Any(key => key.Contains("/step-000000000006/", StringComparison.Ordinal) && key.EndsWith("/complete", StringComparison.Ordinal)));
        var heard = new HeardProgress();
        TrainingResult result = await Train(clusters.One, plan with { Resume = true }, heard);
        Assert.Contains(heard.Texts, text => text.StartsWith($"Resumed from {plan.Checkpoints}/step-", StringComparison.Ordinal));
        AssertUndisturbed(plan, result);
        Assert.False(Directory.Exists(Path.Combine(plan.RunFolder, "checkpoints")));

        TrainingPlan another = plan with { Checkpoints = TrainingPlan.CheckpointsIn("s3://bucket/runs", plan.RunFolder) };
        await Stop(clusters.One, another, () => clusters.Objects.Keys.Any(key => key.StartsWith(another.Checkpoints!["s3://".Length..], StringComparison.Ordinal)));
        Assert.DoesNotContain(clusters.Objects.Keys, key => key.StartsWith(plan.Checkpoints!["s3://".Length..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_store_that_is_away_for_a_while_is_waited_for()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0) with { Checkpoints = TrainingPlan.CheckpointsIn("s3://bucket/away", data.NewFolder()) };
        var heard = new HeardProgress();
        await clusters.One.StartAsync(plan, TestContext.Current.CancellationToken);
        Task<TrainingResult> following = Follow(clusters.One, plan, heard);
        while (!clusters.Objects.Keys.Any(key => key.StartsWith("bucket/away/", StringComparison.Ordinal) && key.EndsWith("/complete", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }

        clusters.Objects.Refusal = 503;
        while (!following.IsCompleted && !heard.Texts.Any(text => text.Contains("the object store does not answer", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }

        clusters.Objects.Refusal = null;
        AssertUndisturbed(plan, await following);
        Assert.Contains(heard.Texts, text => text.StartsWith("Resumed from s3://bucket/away/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_place_that_is_no_object_store_s_is_refused_before_anything_begins()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0) with { Checkpoints = "/shared/checkpoints" };
        await Assert.ThrowsAsync<FormatException>(() => clusters.One.StartAsync(plan, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(plan.RunFolder));
    }

    [Fact]
    public async Task An_object_store_that_refuses_ends_the_training_with_its_words()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0) with { Checkpoints = "s3://bucket/refused" };
        clusters.Objects.Refusal = 403;
        try
        {
            var refusal = await Assert.ThrowsAsync<ClusterException>(() => Train(clusters.One, plan, new HeardProgress()));
            Assert.Equal("s3://bucket/refused: the object store refuses: it says AccessDenied", refusal.Message);
        }
        finally
        {
            clusters.Objects.Refusal = null;
        }
    }

    [Fact]
    public async Task While_a_training_is_under_way_no_other_is_begun_in_its_folder()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0);
        await clusters.One.StartAsync(plan, TestContext.Current.CancellationToken);
        await clusters.One.StartAsync(plan, TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<ClusterException>(() => clusters.One.StartAsync(plan with { Wire = WirePrecision.Fp16 }, TestContext.Current.CancellationToken));
        Assert.Contains("another training is under way here", refusal.Message, StringComparison.Ordinal);
        await clusters.One.StopAsync(plan.RunFolder, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Follow(clusters.One, plan, new HeardProgress()));
    }

    [Fact]
    public async Task A_run_of_one_process_is_not_begun_anew()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0);
        using (var stop = new CancellationTokenSource())
        {
            var request = new TrainingRequest { Config = plan.ReadConfig(), DatasetFolder = data.Folder, RunFolder = plan.RunFolder };
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(request, new StopAfter(4, stop), stop.Token));
        }

        string[] checkpoints = Directory.GetDirectories(Path.Combine(plan.RunFolder, "checkpoints"));
        var refusal = await Assert.ThrowsAsync<ClusterException>(() => Train(clusters.One, plan with { Resume = true }, new HeardProgress()));
        Assert.Contains("was trained in one process", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(checkpoints, Directory.GetDirectories(Path.Combine(plan.RunFolder, "checkpoints")));
    }

    [Fact]
    public async Task As_many_shards_as_the_checkpoint_has_are_asked_for()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0) with { Shards = 2 };
        await Stop(clusters.One, plan);
        foreach (int shards in new[] { 1, 3 })
        {
            var refusal = await Assert.ThrowsAsync<ClusterException>(
                () => Train(clusters.One, plan with { Shards = shards, Resume = true }, new HeardProgress()));
            Assert.Contains("resume it there, with --shards 2", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_of_a_cluster_is_not_begun_anew_in_one_process()
    {
        TrainingPlan plan = Plan("fixed", "dnn", 0);
        await Stop(clusters.One, plan);
        string[] checkpoints = Directory.GetDirectories(Path.Combine(plan.RunFolder, "checkpoints"));
        var request = new TrainingRequest { Config = plan.ReadConfig(), DatasetFolder = data.Folder, RunFolder = plan.RunFolder, Resume = true };
        TrainingException refusal = Assert.Throws<TrainingException>(() => Trainer.Run(request, new HeardProgress(), CancellationToken.None));
        Assert.Contains("was trained on a cluster", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(checkpoints, Directory.GetDirectories(Path.Combine(plan.RunFolder, "checkpoints")));
    }

    /// <summary>Long enough to be stopped, whatever the machine does meanwhile.</summary>
    private TrainingPlan Plan(string method, string network, double dropout)
    {
        RunConfig config = Configs.Of(method, network);
        config = config with
        {
            Network = config.Network with { Dropout = dropout },
            Training = config.Training with { Epochs = 6 },
        };
        return Plans.Of(config, data.Folder, data.NewFolder(), workers: 1, shards: 1);
    }

    /// <summary>Starts a training and stops it once it has written two checkpoints.</summary>
    private static Task Stop(ClusterTrainings trainings, TrainingPlan plan)
    {
        string second = Path.Combine(plan.RunFolder, "checkpoints", "step-000000000006");
        return Stop(trainings, plan, () => Directory.Exists(second));
    }

    private static async Task Stop(ClusterTrainings trainings, TrainingPlan plan, Func<bool> isTime)
    {
        await trainings.StartAsync(plan);
        while (!isTime())
        {
            await Task.Yield();
        }

        await trainings.StopAsync(plan.RunFolder);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Follow(trainings, plan, new HeardProgress()));
    }

    private static async Task<TrainingResult> Train(ClusterTrainings trainings, TrainingPlan plan, HeardProgress heard)
    {
        await trainings.StartAsync(plan);
        return await Follow(trainings, plan, heard);
    }

    private static Task<TrainingResult> Follow(ClusterTrainings trainings, TrainingPlan plan, HeardProgress heard) =>
        trainings.FollowAsync(plan.RunFolder, heard, TestContext.Current.CancellationToken);

    /// <summary>Against one process that is left alone: with one worker, and sizes that are not learned from several shards, that gives the same bits.</summary>
    private void AssertUndisturbed(TrainingPlan plan, TrainingResult result)
    {
        RunConfig config = plan.ReadConfig();
        string run = data.NewFolder();
        TrainingResult expected = Trainer.Run(
            new TrainingRequest
            {
                Config = config with { Training = config.Training with { CheckpointEvery = 0 } },
                DatasetFolder = data.Folder,
                RunFolder = run,
            },
            new Silent(),
            TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllLines(Path.Combine(run, "metrics.jsonl")), File.ReadAllLines(Path.Combine(plan.RunFolder, "metrics.jsonl")));
        Assert.Equal(BestBytes(run), BestBytes(plan.RunFolder));
        Assert.Equal((expected.Validation, expected.Test), (result.Validation, result.Test));
    }

    private static byte[] BestBytes(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));
}
