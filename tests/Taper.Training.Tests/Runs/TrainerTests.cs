using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Whole runs on the small dataset: the same bytes, whatever happens on the way.</summary>
public sealed class TrainerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const int StepsOfAnEpoch = 8; // about 900 training examples in batches of 128

    public static TheoryData<string> Networks => ["dnn", "wide_deep", "deepfm", "dcn_v2", "fm"];

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        (string one, string other) = (data.NewFolder(), data.NewFolder());
        TrainingResult first = Train(one, Config());
        TrainingResult second = Train(other, Config());
        Assert.Equal(BestBytes(one), BestBytes(other));
        Assert.Equal(first.Test, second.Test);
        TrainingResult seeded = Train(data.NewFolder(), Config() with { Training = Config().Training with { Seed = 2 } });
        Assert.NotEqual(first.Test, seeded.Test);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(StepsOfAnEpoch)]
    [InlineData((2 * StepsOfAnEpoch) + 1)]
    [InlineData((3 * StepsOfAnEpoch) - 1)]
    public void A_run_that_was_stopped_ends_in_the_same_bytes(int steps)
    {
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        TrainingResult expected = Train(whole, Config());
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, Config()), new StopAfter(steps, stop), stop.Token));
        }

        TrainingResult result = Trainer.Run(Request(stopped, Config()) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal(BestBytes(whole), BestBytes(stopped));
        Assert.Equal(expected.Validation, result.Validation);
        Assert.Equal(expected.Test, result.Test);
        Assert.Equal(expected.TrainingBytes, result.TrainingBytes);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(whole, "metrics.jsonl")), File.ReadAllLines(Path.Combine(stopped, "metrics.jsonl")));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut short")]
    public void A_damaged_checkpoint_is_refused_by_name_and_the_one_before_is_used(string damage)
    {
        (string whole, string stopped) = (data.NewFolder(), data.NewFolder());
        Train(whole, Config());
        using (CancellationTokenSource stop = new())
        {
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, Config()), new StopAfter(StepsOfAnEpoch + 4, stop), stop.Token));
        }

        string newest = Directory.GetDirectories(Path.Combine(stopped, "checkpoints")).Order(StringComparer.Ordinal).Last();
        Damage(Path.Combine(newest, "state.safetensors"), damage);
        RecordedProgress messages = new();
        Trainer.Run(Request(stopped, Config()) with { Resume = true }, messages, TestContext.Current.CancellationToken);
        Assert.Contains(messages.Texts, text => text.Contains("refused", StringComparison.Ordinal) && text.Contains(newest, StringComparison.Ordinal));
        Assert.Equal(BestBytes(whole), BestBytes(stopped));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.35)]
    [InlineData(0.8)]
    public void The_budget_is_met_and_used(double budget)
    {
        TrainingResult result = Train(data.NewFolder(), Config() with { Sizing = Config().Sizing with { Budget = budget } });
        Assert.InRange(result.Embedding.Ratio, budget - 0.03, budget);
    }

    [Fact]
    public void The_best_epoch_is_restored()
    {
        string run = data.NewFolder();
        RecordedProgress epochs = new();
        TrainingResult result = Trainer.Run(Request(run, Config()), epochs, TestContext.Current.CancellationToken);
        Assert.Equal(epochs.Epochs.Max(e => e.Validation.Auc), result.Validation.Auc);
        using TrainedRun opened = TrainedRun.Open(run);
        Assert.Equal(result.Test, opened.Evaluate("test", TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_bundle_predicts_as_the_model_does_on_every_row(string network)
    {
        string run = data.NewFolder();
        RunConfig config = Config();
        Train(run, config with
        {
            Network = config.Network with { Type = network, BatchNorm = network == "dnn" },
            Sizing = config.Sizing with { SizeZero = network == "deepfm" },
        });
        using TrainedRun trained = TrainedRun.Open(run);
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-5);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp16, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-3);
    }

    [Fact]
    public void Memory_is_table_optimizer_and_what_the_sizer_learns()
    {
        RunConfig config = Config() with { Training = Config().Training with { EmbeddingOptimizer = "adam" } };
        long table = (long)data.Dataset.TableRows * config.Sizing.EmbeddingDim * sizeof(float);
        TrainingResult fixedSize = Train(data.NewFolder(), config with { Sizing = config.Sizing with { Method = "fixed" } });
        Assert.Equal(3 * table, fixedSize.TrainingBytes); // Adam keeps two moments of each number
        Assert.True(fixedSize.PeakMemoryBytes > fixedSize.TrainingBytes);

        TrainingResult amtl = Train(data.NewFolder(), config);
        Assert.InRange(amtl.TrainingBytes, (3 * table) + 1, 10 * table);
    }

    [Fact]
    public void Epochs_are_written_for_TensorBoard()
    {
        string run = data.NewFolder();
        Train(run, Config());
        byte[] events = File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(run, "tensorboard"))));
        Assert.Equal(4, Count(events, "auc/validation"u8));
        Assert.Equal(4, Count(events, "embedding/mean_size"u8));
    }

    [Fact]
    public void A_run_of_another_dataset_is_refused()
    {
        string run = data.NewFolder();
        Train(run, Config());
        using TinyDataset other = TinyDataset.Other();
        Assert.Contains("not the dataset", Assert.Throws<ArtifactException>(() => TrainedRun.Open(run, other.Folder)).Message, StringComparison.Ordinal);
    }

    private static RunConfig Config() => new()
    {
        Network = new NetworkConfig { Type = "dnn", HiddenUnits = [12], Dropout = 0.2 },
        Sizing = new SizingConfig { Method = "amtl", EmbeddingDim = 8, Budget = 0.4, FreezeEpoch = 1.5, HiddenUnits = [8] },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 128, LearningRate = 0.02, Threads = 1, CheckpointEvery = 3, Patience = 0 },
    };

    private TrainingRequest Request(string run, RunConfig config) => new() { Config = config, DatasetFolder = data.Folder, RunFolder = run };

    private TrainingResult Train(string run, RunConfig config) =>
        Trainer.Run(Request(run, config), new Silent(), TestContext.Current.CancellationToken);

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word)
    {
        int count = 0;
        for (int at = bytes.IndexOf(word); at >= 0; at = bytes.IndexOf(word))
        {
            count++;
            bytes = bytes[(at + word.Length)..];
        }

        return count;
    }

    private static byte[] BestBytes(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));

    private static void Damage(string path, string damage)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, damage == "flipped" ? bytes : bytes[..(bytes.Length / 2)]);
    }
}
