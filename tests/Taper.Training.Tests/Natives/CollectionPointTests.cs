using Taper.Data;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Training.Tests.Natives;

/// <summary>Alone, because other tests leave garbage too.</summary>
[CollectionDefinition(nameof(CollectionPointTests), DisableParallelization = true)]
[Collection(nameof(CollectionPointTests))]
public sealed class CollectionPointTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string> Methods => [.. Sizer.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_step_of_a_thousand_examples_leaves_less_garbage_than_the_runtime_collects_at(string method)
    {
        RunConfig config = new()
        {
            Network = new NetworkConfig { HiddenUnits = [8] },
            Sizing = new SizingConfig
            {
                Method = method,
                Budget = method == "fixed" ? null : 0.6,
                Hashing = new HashingConfig { Threshold = 8 },
                QuotientRemainder = new QuotientRemainderConfig { Threshold = 8 },
                Cafe = new CafeConfig { Threshold = 8 },
            },
            Training = new TrainingConfig { Threads = 1 },
        };
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(1000);
        const int steps = 120; // some migrations of cafe among them
        for (int step = 0; step < 5; step++)
        {
            optimizers.Step(batch, 0);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < steps; step++)
        {
            optimizers.Step(batch, 0);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / steps, 0, 20 * 1024);
    }

    [Theory]
    [InlineData("dnn", "amtl")]
    [InlineData("deepfm", "fixed")]
    [InlineData("fm", "pep")]
    public void Garbage_is_collected_between_steps_and_never_within_one(string network, string method)
    {
        RunConfig config = new()
        {
            Network = new NetworkConfig { Type = network, HiddenUnits = [8] },
            Sizing = new SizingConfig { Method = method, EmbeddingDim = 4, Budget = method == "fixed" ? null : 0.4, HiddenUnits = [4] },
            Training = new TrainingConfig { Threads = 1 },
        };
        using CtrModel model = CtrModel.Create(data.Dataset, config);
        using ModelOptimizers optimizers = new(model, config.Training);
        Batch batch = data.FirstBatch(64);
        optimizers.Step(batch, 0);
        (int planned, int all) = (optimizers.Collections, GC.CollectionCount(0));
        for (int step = 0; step < 120; step++)
        {
            optimizers.Step(batch, 0);
        }

        Assert.True(optimizers.Collections - planned > 5, "too little garbage to show anything");
        Assert.Equal(optimizers.Collections - planned, GC.CollectionCount(0) - all);
    }
}
