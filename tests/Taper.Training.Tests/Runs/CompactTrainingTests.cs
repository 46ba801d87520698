using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Runs;

/// <summary>Once sizes are frozen, training in a table of kept prefixes is training in the whole one, in less memory.</summary>
public sealed class CompactTrainingTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string, string, bool> Models => new()
    {
        { "dnn", "sgd", false },
        { "dnn", "adagrad", true },
        { "deepfm", "rowwise_adagrad", false },
        { "wide_deep", "lazy_adam", true },
        { "dnn", "adam", false },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Steps_give_the_same_bits(string network, string optimizer, bool sizeZero)
    {
        RunConfig config = Config(network, optimizer, sizeZero);
        (float[] Losses, float[] Scores, float[] Kept, long Bytes) whole = Train(config, compact: false);
        (float[] Losses, float[] Scores, float[] Kept, long Bytes) compact = Train(config, compact: true);
        Assert.Equal(whole.Losses, compact.Losses);
        Assert.Equal(whole.Scores, compact.Scores);
        Assert.Equal(whole.Kept, compact.Kept);
        Assert.True(compact.Bytes < 0.5 * whole.Bytes);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_run_that_is_stopped_in_either_phase_ends_in_the_same_bytes(string network, string optimizer, bool sizeZero)
    {
        RunConfig config = Config(network, optimizer, sizeZero);
        string whole = Run(config);
        foreach (int steps in (int[])[5, 20])
        {
            string stopped = data.NewFolder();
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => Trainer.Run(Request(stopped, config), new StopAfter(steps, stop), stop.Token));
            Assert.Equal(steps == 20, IsCompact(Directory.GetDirectories(Path.Combine(stopped, "checkpoints")).Order(StringComparer.Ordinal).Last()));
            Trainer.Run(Request(stopped, config) with { Resume = true }, new Silent(), TestContext.Current.CancellationToken);
            Assert.Equal(Best(whole), Best(stopped));
        }
    }

    [Fact]
    public void The_best_model_is_kept_compact_even_where_sizes_were_still_learned()
    {
        RunConfig config = Config("dnn", "lazy_adam", sizeZero: false);
        string run = Run(config with { Sizing = config.Sizing with { FreezeEpoch = null } });
        Assert.True(IsCompact(Path.Combine(run, "best")));
        using TrainedRun trained = TrainedRun.Open(run);
        Assert.Equal(trained.Result!.Test, trained.Evaluate("test", TestContext.Current.CancellationToken));
        float[] expected = trained.Predict("test", TestContext.Current.CancellationToken);
        Assert.Equal(expected, BundleScores.Of(trained, Precision.Fp32, data.NewFolder()), (a, b) => Math.Abs(a - b) <= 1e-5);
    }

    [Fact]
    public void Whole_rows_stay_where_compact_ones_save_nothing()
    {
        RunConfig config = Config("dnn", "lazy_adam", sizeZero: false);
        Assert.False(IsCompact(Path.Combine(Run(config with { Sizing = config.Sizing with { Method = "fixed", Budget = null } }), "best")));
    }

    private static RunConfig Config(string network, string optimizer, bool sizeZero) => new()
    {
        Network = new NetworkConfig { Type = network, HiddenUnits = [12], Dropout = 0.2 },
        Sizing = new SizingConfig { Method = "amtl", EmbeddingDim = 16, Budget = sizeZero ? 0.35 : 0.25, FreezeEpoch = 1.5, HiddenUnits = [8], SizeZero = sizeZero },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 128, LearningRate = 0.02, EmbeddingOptimizer = optimizer, EmbeddingRegularizer = 1e-4, Threads = 1, CheckpointEvery = 3, Patience = 0 },
    };

    private (float[] Losses, float[] Scores, float[] Kept, long Bytes) Train(RunConfig config, bool compact)
    {
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(128);
        List<float> losses = [.. Enumerable.Range(0, 5).Select(_ => optimizers.Step(batch, 0))];
        using (NewDisposeScope())
        {
            model.Sizer.Mask(1);
        }

        model.Sizer.Freeze();
        if (compact)
        {
            model.Layer.Compact();
            optimizers.Compact();
        }

        losses.AddRange(Enumerable.Range(0, 5).Select(_ => optimizers.Step(batch, 2)));
        float[] scores = new float[batch.Count];
        model.Network.eval();
        model.Predict(batch, scores);
        float[] kept = [.. Enumerable.Range(0, model.Table.Rows).SelectMany(row => model.Table[row][..model.SizeOf(row)].ToArray())];
        long bytes = model.Table.ByteLength + optimizers.Embedding.States.Where(state => state.Width > 1).Sum(state => state.ByteLength);
        return ([.. losses], scores, kept, bytes);
    }

    private TrainingRequest Request(string run, RunConfig config) => new() { Config = config, DatasetFolder = data.Folder, RunFolder = run };

    private string Run(RunConfig config)
    {
        string run = data.NewFolder();
        Trainer.Run(Request(run, config), new Silent(), TestContext.Current.CancellationToken);
        return run;
    }

    private static bool IsCompact(string snapshot)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(snapshot, "state.safetensors"));
        return file.Tensor("embeddings").Shape.Count == 1;
    }

    private static byte[] Best(string run) => File.ReadAllBytes(Path.Combine(run, "best", "state.safetensors"));
}
