using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Storage;
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

    public static TheoryData<string, KeptPart> NetworksAndParts =>
        [.. Networks.SelectMany(network => Enum.GetValues<KeptPart>().Select(part => (network.Data, part)))];

    [Theory]
    [MemberData(nameof(NetworksAndParts))]
    public void A_run_keeps_its_budget_and_its_bundle_scores_as_the_model(string network, KeptPart part)
    {
        string run = data.NewFolder();
        TrainingResult result = Trainer.Run(Request(run, Config(network, budget: 0.4, part)), new Silent(), TestContext.Current.CancellationToken);
        Assert.InRange(result.Embedding.Ratio, 0.39, 0.4);
        using TrainedRun trained = TrainedRun.Open(run);
        Assert.True(trained.Sizes.SelectMany(v => v.Sizes).Distinct().Count() > 3);
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-5);
    }

    [Theory]
    [InlineData(5, 1.5, KeptPart.Prefix)]
    [InlineData(11, 1.5, KeptPart.Prefix)]
    [InlineData(20, 1.5, KeptPart.Prefix)]
    [InlineData(11, null, KeptPart.Prefix)]
    [InlineData(20, 1.5, KeptPart.Elements)]
    [InlineData(20, null, KeptPart.Elements)]
    public void A_run_that_was_stopped_ends_in_the_same_bytes(int steps, double? freezeEpoch, KeptPart part)
    {
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        RunConfig config = Config("dnn", budget: 0.4, part);
        config = config with { Sizing = config.Sizing with { FreezeEpoch = freezeEpoch } };
        Trainer.Run(Request(whole, config), new Silent(), TestContext.Current.CancellationToken);
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, config), new StopAfter(steps, stop), stop.Token));
        }

        Trainer.Run(Request(stopped, config) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal(Best(whole), Best(stopped));
    }

    [Fact]
    public void Stopped_before_anything_changed_it_stops_and_afterwards_it_goes_on_to_the_end()
    {
        RunConfig config = Config("dnn", budget: 0.4);
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        float[] before = model.Table[0].ToArray();
        using CancellationTokenSource stop = new();
        SizeSearch search = new(model, optimizers, data.Dataset, config.Training, stop.Token);
        StoppingCut cut = new(stop);
        Taperer.Prepare(search, cut);
        Assert.True(stop.IsCancellationRequested);
        Assert.NotEqual(before, model.Table[0].ToArray());

        float[] changed = model.Table[0].ToArray();
        Assert.Throws<OperationCanceledException>(() => Taperer.Prepare(search, cut));
        Assert.Equal(changed, model.Table[0].ToArray());
    }

    [Fact]
    public void Without_an_epoch_to_freeze_at_sizes_are_measured_once_validation_no_longer_gains()
    {
        RunConfig config = Config("dnn", budget: 0.4);
        RecordedProgress listener = new();
        string run = data.NewFolder();
        Trainer.Run(
            Request(run, config with { Sizing = config.Sizing with { FreezeEpoch = null }, Training = config.Training with { Epochs = 24, Patience = 2, LearningRate = 0.1 } }),
            listener,
            TestContext.Current.CancellationToken);
        int frozen = int.Parse(Regex.Match(Assert.Single(listener.Texts), "^Sizes frozen after ([0-9]+) epochs").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        EpochResult best = listener.Epochs.Take(frozen).MaxBy(epoch => epoch.Validation.Auc)!;
        Assert.Equal(2, frozen - best.Epoch);
        using SafetensorsFile fullSize = SafetensorsFile.Open(Path.Combine(run, "full-size", "state.safetensors"));
        SnapshotMetadata snapshot = JsonSerializer.Deserialize<SnapshotMetadata>(fullSize.Metadata["state"])!;
        Assert.Equal((best.Epoch - 1, false), (snapshot.Position.Epoch, snapshot.SizesFrozen));
    }

    [Fact]
    public void What_the_full_size_model_predicts_joins_the_labels()
    {
        RunConfig config = Config("dnn", budget: 1);
        CtrModel model = CtrModel.Create(data.Dataset, config);
        Batch batch = data.FirstBatch(32);
        float[] predictions = Scores(model, batch);
        using Teacher teacher = new(model, 0.25);
        using TorchSharp.torch.Tensor targets = teacher.Targets(batch);
        float[] expected = [.. predictions.Select((p, i) => (0.75f * batch.Labels[i]) + (0.25f * p))];
        Assert.Equal(expected, targets.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Kept_elements_are_those_of_the_largest_weighted_curvature()
    {
        using EmbeddingTable table = new(3, 2);
        float[] values = [1, -2, 3, 0.5f, -1, 1];
        long[] counts = [4, 1, 9];
        double[][] curvature = [[2, 1], [0.5, 3]];
        for (int i = 0; i < values.Length; i++)
        {
            table[i / 2][i % 2] = values[i];
        }

        Saliency saliency = new(FrequencyGroups.OfEachValue([counts[..2], counts[2..]]), [.. curvature.Select(c => new Alignment([], [], c))]);
        using EmbeddingTable roots = saliency.Roots(table);
        for (int row = 0; row < 3; row++)
        {
            for (int j = 0; j < 2; j++)
            {
                double expected = Math.Sqrt(counts[row]) * values[(row * 2) + j] * values[(row * 2) + j] * curvature[row / 2][j];
                Assert.Equal(expected, roots[row][j] * roots[row][j], 1e-4);
            }
        }
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

    private static RunConfig Config(string network, double budget, KeptPart keep = KeptPart.Prefix) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12], Dropout = 0.2 },
        Sizing = new SizingConfig { Method = "taper", EmbeddingDim = 8, Budget = budget, FreezeEpoch = 1.5, Taper = new TaperConfig { Keep = keep } },
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

    /// <summary>Keeps nothing, and stops what asks it.</summary>
    private sealed class StoppingCut(CancellationTokenSource stop) : ICut
    {
        public void Choose(EmbeddingTable table, Saliency saliency) => stop.Cancel();

        public bool Keeps(int row, int dimension) => false;
    }
}
