using Taper.Models;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Tests;
using Taper.Training.Tests.Runs;

namespace Taper.Cluster.Tests.Trainings;

/// <summary>Trainings that start from a trained model: what one process takes over, shards and workers do.</summary>
[Collection(WholeTrainings.Name)]
public sealed class WarmStartTests(TestClusters clusters, TinyDataset data)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fixed", "dnn", 3)]
    [InlineData("amtl", "deepfm", 1)]
    [InlineData("frequency_rule", "wide_deep", 3)]
    public async Task One_silo_gives_the_bytes_of_one_process(string method, string network, double freezeEpoch)
    {
        string bundle = Bundle(network);
        RunConfig config = Configs.Of(method, network);
        config = config with { Sizing = config.Sizing with { FreezeEpoch = freezeEpoch } };
        (string expected, string run) = (data.NewFolder(), data.NewFolder());
        var (inProcess, heard) = (new HeardProgress(), new HeardProgress());
        Trainer.Run(Request(config, expected, bundle), inProcess, Cancellation);
        await Train(clusters.One, Plan(config, run, bundle, parts: 1), heard);
        Assert.Equal(File.ReadAllLines(Path.Combine(expected, "metrics.jsonl")), File.ReadAllLines(Path.Combine(run, "metrics.jsonl")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(expected, "best", "state.safetensors")), File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors")));
        string told = Assert.Single(heard.Texts, text => text.StartsWith("Starts from ", StringComparison.Ordinal));
        Assert.Contains(inProcess.Texts, text => text.StartsWith(told[..^1], StringComparison.Ordinal)); // it tells of optimizers too
    }

    [Fact]
    public async Task Three_silos_start_where_the_model_was()
    {
        string bundle = Bundle("deepfm");
        RunConfig config = Configs.Of("amtl", "deepfm");
        var (inProcess, heard) = (new HeardProgress(), new HeardProgress());
        Trainer.Run(Request(config, data.NewFolder(), bundle), inProcess, Cancellation);
        await Train(clusters.Three, Plan(config, data.NewFolder(), bundle, parts: 3), heard);
        Assert.Equal([0, 1, 2, 3], heard.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(inProcess.Epochs.First().Validation.Auc, heard.Epochs.First().Validation.Auc, 1e-6);
        Assert.Equal(inProcess.Epochs.First().Validation.Logloss, heard.Epochs.First().Validation.Logloss, 1e-6);
        Assert.Single(heard.Texts, text => text.StartsWith($"Starts from {bundle}: ", StringComparison.Ordinal) && text.EndsWith(" feature values and the network.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_network_starts_anew_and_says_why()
    {
        string bundle = Bundle("dnn");
        var heard = new HeardProgress();
        await Train(clusters.Three, Plan(Configs.Of("fixed", "deepfm"), data.NewFolder(), bundle, parts: 2), heard);
        Assert.Single(heard.Texts, text => text.EndsWith("; the network starts anew: it was a dnn.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_is_refused_with_the_command_that_helps()
    {
        string run = data.NewFolder();
        Trainer.Run(Request(Configs.Of("fixed"), run, null), new Silent(), Cancellation);
        ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(
            () => Train(clusters.Three, Plan(Configs.Of("fixed"), data.NewFolder(), run, parts: 2), new HeardProgress()));
        Assert.Equal($"{run}: a cluster starts from a bundle, not from a run; export it first (taper export {run} --out BUNDLE), and name that.", refusal.Message);
    }

    private string Bundle(string network)
    {
        (string run, string bundle) = (data.NewFolder(), data.NewFolder());
        RunConfig config = Configs.Of("fixed", network);
        Trainer.Run(Request(config with { Training = config.Training with { Epochs = 1, Seed = 9 } }, run, null), new Silent(), Cancellation);
        using TrainedRun trained = TrainedRun.Open(run);
        trained.Export(bundle, Precision.Fp32);
        return bundle;
    }

    private TrainingRequest Request(RunConfig config, string run, string? initial) =>
        new() { Config = config, DatasetFolder = data.Folder, RunFolder = run, InitFrom = initial };

    private TrainingPlan Plan(RunConfig config, string run, string initial, int parts) =>
        Plans.Of(config, data.Folder, run, parts, parts) with { InitFrom = initial };

    private static async Task Train(ClusterTrainings trainings, TrainingPlan plan, HeardProgress heard)
    {
        await trainings.StartAsync(plan, Cancellation);
        await trainings.FollowAsync(plan.RunFolder, heard, Cancellation);
    }
}
