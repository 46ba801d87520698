using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Whole runs of every sizing method but AMTL: within the budget, resumable, and the same in a bundle.</summary>
public sealed class SizingMethodTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string, string> Methods => new()
    {
        { "frequency_rule", "dnn" },
        { "deeprec", "deepfm" },
        { "mde", "dcn_v2" },
        { "mde", "fm" },
        { "svd", "deepfm" },
        { "hashing", "wide_deep" },
        { "quotient_remainder", "dnn" },
        { "cafe", "deepfm" },
        { "optembed", "dnn" },
        { "autodim", "dnn" },
        { "autoemb", "wide_deep" },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_budget_is_met_and_used_and_a_bundle_predicts_as_the_model(string method, string network)
    {
        string run = data.NewFolder();
        TrainingResult result = Trainer.Run(Request(run, method, network), new Silent(), TestContext.Current.CancellationToken);
        Assert.InRange(result.Embedding.Ratio, 0.35, 0.4);
        using TrainedRun trained = TrainedRun.Open(run);
        Assert.Equal(result.Test, trained.Evaluate("test", TestContext.Current.CancellationToken));
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        string bundle = data.NewFolder();
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, bundle), (a, b) => Math.Abs(a - b) <= 1e-5);
        using Bundle opened = Bundle.Open(bundle);
        Assert.InRange(opened.Manifest.Embedding.Ratio, 0.3, 0.4);
        Assert.Equal(method, opened.Manifest.Sizing);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_that_is_stopped_ends_in_the_same_bytes(string method, string network)
    {
        string whole = data.NewFolder();
        Trainer.Run(Request(whole, method, network), new Silent(), TestContext.Current.CancellationToken);
        foreach (int steps in (int[])[5, 20])
        {
            string stopped = data.NewFolder();
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, method, network), new StopAfter(steps, stop), stop.Token));
            Trainer.Run(Request(stopped, method, network) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
            Assert.Equal(Best(whole), Best(stopped));
        }
    }

    private static byte[] Best(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));

    private TrainingRequest Request(string run, string method, string network) => new()
    {
        Config = new RunConfig
        {
            Network = new NetworkConfig { Type = network, HiddenUnits = [12], Dropout = 0.2 },
            Sizing = new SizingConfig
            {
                Method = method,
                EmbeddingDim = 8,
                Budget = 0.4,
                FreezeEpoch = 1.5,
                Hashing = new HashingConfig { Threshold = 10 },
                Cafe = new CafeConfig { Threshold = 10, MigrateEvery = 3 },
                QuotientRemainder = new QuotientRemainderConfig { Threshold = 10 },
            },
            Training = new TrainingConfig { Epochs = 4, BatchSize = 128, LearningRate = 0.02, Threads = 1, CheckpointEvery = 3, Patience = 0 },
        },
        DatasetFolder = data.Folder,
        RunFolder = run,
    };
}
