using Taper.Models;
using Taper.Training.Plans;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests.Runs;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Plans;

/// <summary>What is planned is what is measured.</summary>
public sealed class MemoryPlanTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    [Theory]
    [InlineData("dnn", "rowwise_adagrad", "amtl", 0.25)]
    [InlineData("deepfm", "adam", "amtl", 0.5)]
    [InlineData("dnn", "sgd", "fixed", null)]
    [InlineData("dnn", "lazy_adam", "magnitude", 0.25)]
    [InlineData("deepfm", "adam", "pep", 0.5)]
    public void Tables_and_states_take_what_was_planned_and_so_do_bundles(string network, string optimizer, string method, double? budget)
    {
        RunConfig config = new()
        {
            Network = new NetworkConfig { Type = network, HiddenUnits = [8] },
            Sizing = new SizingConfig { Method = method, EmbeddingDim = 16, Budget = budget, FreezeEpoch = 0.5 },
            Training = new TrainingConfig { Epochs = 1, BatchSize = 128, EmbeddingOptimizer = optimizer, Threads = 1 },
        };
        MemoryPlan plan = MemoryPlan.Of(config, data.Dataset.TableRows);
        using (CtrModel model = CtrModel.Create(data.Dataset, config))
        using (ModelOptimizers optimizers = new(model, config.Training))
        {
            Assert.Equal(
                model.Table.ByteLength + (model.Sizer.View?.Seen.ByteLength ?? 0) + (model.FirstOrderTable?.ByteLength ?? 0), plan.TableBytes);
            Assert.Equal(model.Sizer.Elements?.ByteLength ?? 0, plan.MaskBytes);
            Assert.Equal(plan.RowBytes, sizeof(int) * (long)model.Sizer.Groups.TableRows * (model.FirstOrderTable is null ? 2 : 3));
            Assert.Equal(optimizers.Embedding.States.Concat(optimizers.FirstOrder?.States ?? []).Sum(state => state.ByteLength), plan.OptimizerBytes);
            Freeze(model, optimizers);
            long frozen = model.Table.ByteLength + (model.Table.IsCompact ? sizeof(int) * (long)model.Table.Rows : 0) + (model.FirstOrderTable?.ByteLength ?? 0)
                + optimizers.Embedding.States.Concat(optimizers.FirstOrder?.States ?? []).Sum(state => state.ByteLength);
            Assert.InRange(frozen, plan.FrozenTableBytes * 0.95, plan.FrozenTableBytes);
        }

        string run = data.NewFolder();
        Trainer.Run(new TrainingRequest { Config = config, DatasetFolder = data.Folder, RunFolder = run }, new Silent(), TestContext.Current.CancellationToken);
        using TrainedRun trained = TrainedRun.Open(run);
        Assert.InRange(trained.Embedding.Parameters, plan.BundleParameters * 0.95, plan.BundleParameters);
        foreach ((Precision precision, long planned) in new[] { (Precision.Fp32, plan.Fp32Bytes), (Precision.Fp16, plan.Fp16Bytes), (Precision.Int8, plan.Int8Bytes) })
        {
            string bundle = data.NewFolder();
            trained.Export(bundle, precision);
            Assert.InRange(Payload(bundle, "keys.safetensors") + Payload(bundle, "embeddings.safetensors"), planned * 0.9, planned * 1.1 + 1500);
        }
    }

    [Fact]
    public void Rows_that_fit_take_the_memory_they_fit()
    {
        MemoryPlan plan = MemoryPlan.Of(new RunConfig(), 1000);
        Assert.InRange(MemoryPlan.Of(new RunConfig(), plan.RowsThatFit(1L << 30)).TrainingBytes, (1L << 30) * 0.999, 1L << 30);
    }

    [Fact]
    public void Every_method_can_be_planned() => Assert.All(Sizer.Names, method =>
    {
        RunConfig config = new() { Sizing = new SizingConfig { Method = method, Budget = 0.1 } };
        Assert.InRange(MemoryPlan.Of(config, 1000).TrainingBytes, 1, long.MaxValue);
    });

    private static void Freeze(CtrModel model, ModelOptimizers optimizers)
    {
        using (NewDisposeScope())
        {
            model.Sizer.Mask(0);
        }

        model.Sizer.Freeze();
        if (model.IsSmallerCompact)
        {
            model.Layer.Compact();
            optimizers.Compact();
        }
    }

    /// <summary>A file without its header.</summary>
    private static long Payload(string bundle, string file)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(bundle, file));
        return bytes.Length - 8 - BitConverter.ToInt64(bytes);
    }
}
