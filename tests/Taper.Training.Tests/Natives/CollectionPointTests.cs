using Taper.Data;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Natives;

/// <summary>Alone, because other tests leave garbage too.</summary>
[CollectionDefinition(nameof(CollectionPointTests), DisableParallelization = true)]
[Collection(nameof(CollectionPointTests))]
public sealed class CollectionPointTests(TinyDataset data) : IClassFixture<TinyDataset>
{
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
