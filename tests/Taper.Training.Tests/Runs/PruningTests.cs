using Taper.Configuration;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Whole runs with the methods that prune to the budget when sizes freeze.</summary>
public sealed class PruningTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const double Budget = 0.3;

    public static TheoryData<string, string> Methods => new()
    {
        { "magnitude", "dnn" },
        { "magnitude gradual", "deepfm" },
        { "deeplight", "dnn" },
        { "pep", "dnn" },
        { "pep global", "deepfm" },
        { "sseds", "dnn" },
        { "autosrh", "wide_deep" },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_budget_is_used_and_never_exceeded_and_what_is_pruned_is_zero(string method, string network)
    {
        string run = data.NewFolder();
        TrainingResult result = Train(run, Config(method, network));
        long most = (long)Math.Floor(Budget * result.Embedding.FixedParameters);
        Assert.InRange(result.Embedding.Parameters, method == "sseds" ? (long)(0.85 * most) : most, most);
        using TrainedRun trained = TrainedRun.Open(run);
        CtrModel model = trained.Model;
        for (int row = 0; row < model.Table.Rows; row++)
        {
            float[] values = model.Table[row].ToArray();
            for (int j = 0; j < values.Length; j++)
            {
                bool kept = model.Sizer.Elements is not { } mask || (mask[row][j / 8] >> (j % 8) & 1) != 0;
                Assert.True(kept || values[j] == 0);
            }
        }

        Assert.Equal(result.Embedding.Parameters, trained.Sizes.Sum(vocabulary => vocabulary.Sizes.Sum(size => (long)size)));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_bundle_holds_the_budget_and_predicts_as_the_model_does(string method, string network)
    {
        string run = data.NewFolder();
        TrainingResult result = Train(run, Config(method, network));
        using TrainedRun trained = TrainedRun.Open(run);
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        string bundle = data.NewFolder();
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, bundle), (a, b) => Math.Abs(a - b) <= 1e-5);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp16, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-3);
        using Bundle opened = Bundle.Open(bundle);
        Assert.Equal(result.Embedding.Parameters, opened.Manifest.Embedding.Parameters);
        Assert.Equal(result.Embedding.Bytes, opened.Manifest.Embedding.Bytes);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_that_is_stopped_in_any_phase_ends_in_the_same_bytes(string method, string network)
    {
        RunConfig config = Config(method, network);
        string whole = data.NewFolder();
        TrainingResult expected = Train(whole, config);
        foreach (int steps in (int[])[7, 12, 13, 25])
        {
            string stopped = data.NewFolder();
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, config), new StopAfter(steps, stop), stop.Token));
            TrainingResult result = Trainer.Run(Request(stopped, config) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
            Assert.Equal(expected.Test, result.Test);
            Assert.Equal(Best(whole), Best(stopped));
        }
    }

    [Theory]
    [InlineData("sseds")]
    [InlineData("pep")]
    [InlineData("autosrh")]
    public void Training_that_starts_anew_is_that_of_a_run_which_begins_with_the_sizes(string method)
    {
        RunConfig config = Config(method, "dnn");
        config = config with { Sizing = config.Sizing with { Budget = 1 } }; // all is kept: the run that begins with it is the fixed one's
        string searched = data.NewFolder(), plain = data.NewFolder();
        TrainingResult result = Train(searched, config);
        TrainingResult expected = Train(plain, config with { Sizing = config.Sizing with { Method = "fixed" } });
        Assert.Equal((expected.Validation, expected.Test), (result.Validation, result.Test));
        int search = result.Epochs - expected.Epochs;
        Assert.Equal(1, search);
        Assert.Equal(expected.BestEpoch, result.BestEpoch - search);
        Assert.Equal(expected.Epochs, File.ReadLines(Path.Combine(searched, "metrics.jsonl")).Skip(search).Count());
    }

    [Theory]
    [InlineData("magnitude", null, 1.5, "sizing.budget")]
    [InlineData("pep", null, 1.5, "sizing.budget")]
    [InlineData("magnitude", 0.3, null, "sizing.freeze_epoch")]
    [InlineData("deeplight", 0.3, 4.0, "sizing.freeze_epoch")]
    [InlineData("sseds", 0.3, null, "sizing.freeze_epoch")]
    [InlineData("sseds", 0.1, 1.5, "sizing.budget")]
    public void A_config_that_can_meet_no_budget_is_refused(string method, double? budget, double? freezeEpoch, string key)
    {
        RunConfig config = Config(method, "dnn");
        config = config with { Sizing = config.Sizing with { Budget = budget, FreezeEpoch = freezeEpoch } };
        ConfigException refused = Assert.Throws<ConfigException>(() => Train(data.NewFolder(), config));
        Assert.StartsWith(key, refused.Message, StringComparison.Ordinal);
    }

    private static RunConfig Config(string method, string network) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12], Dropout = 0.2 },
        Sizing = new SizingConfig
        {
            Method = method.Split(' ')[0],
            EmbeddingDim = 9,
            Budget = Budget,
            FreezeEpoch = 1.5,
            Magnitude = new MagnitudeConfig { GradualEpochs = method == "magnitude gradual" ? 1.4 : 0 },
            Deeplight = new DeepLightConfig { WarmupEpochs = 0.2, DampingSteps = 1, Damping = 0.8, StepsBetween = 2 },
            Pep = new PepConfig { Granularity = method == "pep global" ? PepGranularity.Global : PepGranularity.FeatureDimension },
            Autosrh = new AutoSrhConfig { Blocks = 3 },
        },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 128, LearningRate = 0.02, EmbeddingOptimizer = "adam", Threads = 1, CheckpointEvery = 3, Patience = 0 },
    };

    private TrainingRequest Request(string run, RunConfig config) => new() { Config = config, DatasetFolder = data.Folder, RunFolder = run };

    private TrainingResult Train(string run, RunConfig config) =>
        Trainer.Run(Request(run, config), new Silent(), TestContext.Current.CancellationToken);

    private static byte[] Best(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));
}
