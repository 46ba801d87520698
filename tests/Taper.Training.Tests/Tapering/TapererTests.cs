using Taper.Configuration;
using Taper.Data;
using Taper.Models;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tapering;
using Taper.Training.Tests.Runs;

namespace Taper.Training.Tests.Tapering;

public sealed class TapererTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string> Networks => ["dnn", "wide_deep", "deepfm", "dcn_v2", "fm"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Nothing_changes_but_for_what_is_cut(string network)
    {
        RunConfig config = Config(network, budget: 1);
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(128);
        for (int step = 0; step < 20; step++)
        {
            optimizers.Step(batch, 0);
        }

        float[] before = Scores(model, batch);
        Taperer.Taper(new SizeSearch(model, optimizers, data.Dataset, config.Training, TestContext.Current.CancellationToken), (MeasuredSizer)model.Sizer, budget: 1);
        byte[] sizes = model.Sizer.Sizes.ToArray();
        ((MeasuredSizer)model.Sizer).Keep([.. sizes.Select(_ => (byte)model.Table.Dimension)]);
        Assert.Equal(before, Scores(model, batch), (a, b) => Math.Abs(a - b) < 1e-4);
        ((MeasuredSizer)model.Sizer).Keep(sizes);
        Assert.True(model.Parameters <= model.FixedParameters);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_run_keeps_its_budget_and_its_bundle_scores_as_the_model(string network)
    {
        string run = data.NewFolder();
        TrainingResult result = Trainer.Run(Request(run, Config(network, budget: 0.4)), new Silent(), TestContext.Current.CancellationToken);
        Assert.InRange(result.Embedding.Ratio, 0.39, 0.4);
        using TrainedRun trained = TrainedRun.Open(run);
        Assert.True(trained.Sizes.SelectMany(v => v.Sizes).Distinct().Count() > 3);
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-5);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(20)]
    public void A_run_that_was_stopped_ends_in_the_same_bytes(int steps)
    {
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        RunConfig config = Config("dnn", budget: 0.4);
        Trainer.Run(Request(whole, config), new Silent(), TestContext.Current.CancellationToken);
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, config), new StopAfter(steps, stop), stop.Token));
        }

        Trainer.Run(Request(stopped, config) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal(Best(whole), Best(stopped));
    }

    [Fact]
    public void Without_an_epoch_to_freeze_at_sizes_are_measured_once_validation_no_longer_gains()
    {
        RunConfig config = Config("dnn", budget: 0.4);
        List<string> messages = [];
        Trainer.Run(
            Request(data.NewFolder(), config with { Sizing = config.Sizing with { FreezeEpoch = null }, Training = config.Training with { Epochs = 6 } }),
            new Listener(messages),
            TestContext.Current.CancellationToken);
        Assert.Matches("^Sizes frozen after [123] epochs", Assert.Single(messages));
    }

    [Fact]
    public void A_budget_below_the_default_rows_says_what_is_the_least()
    {
        RunConfig config = Config("dnn", budget: 0.01);
        string text = Assert.Throws<TrainingException>(() =>
            Trainer.Run(Request(data.NewFolder(), config), new Silent(), TestContext.Current.CancellationToken)).Message;
        Assert.Contains("sizing.budget 0.01", text, StringComparison.Ordinal);
        Assert.Contains("at least 0.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_needs_a_budget() => Assert.Contains(
        "sizing.budget",
        Assert.Throws<ConfigException>(() => RunConfig.From(ConfigDocument.Parse("sizing: {method: taper}", "run.yaml", [], new Dictionary<string, string>()))).Message,
        StringComparison.Ordinal);

    private static RunConfig Config(string network, double budget) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12], Dropout = 0.2 },
        Sizing = new SizingConfig { Method = "taper", EmbeddingDim = 8, Budget = budget, FreezeEpoch = 1.5 },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 128, LearningRate = 0.02, EmbeddingOptimizer = "adam", Threads = 1, CheckpointEvery = 3, Patience = 0 },
    };

    private static float[] Scores(CtrModel model, Batch batch)
    {
        float[] scores = new float[batch.Count];
        model.Network.eval();
        model.Predict(batch, scores);
        return scores;
    }

    private TrainingRequest Request(string run, RunConfig config) => new() { Config = config, DatasetFolder = data.Folder, RunFolder = run };

    private static byte[] Best(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));

    private sealed class Listener(List<string> messages) : ITrainingProgress
    {
        public void StepDone(TrainingStep state)
        {
        }

        public void EpochDone(EpochResult result)
        {
        }

        public void Message(string text) => messages.Add(text);
    }
}
