using Taper.Cluster.Coordination;
using Taper.Configuration;
using Taper.Training;
using Taper.Training.Networks;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tests;

namespace Taper.Cluster.Tests.Coordination;

public sealed class ClusterLimitsTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    public static TheoryData<string> Methods => [.. Sizer.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Methods_whose_sizes_are_prefixes_by_frequency_are_trained(string method)
    {
        RunConfig config = Config(method);
        using Sizer sizer = Sizer.Create(config.Sizing, Sizer.GroupsOf(method, data.Dataset));
        if (method is "fixed" or "frequency_rule" or "amtl" or "single_aml")
        {
            ClusterLimits.Check(Request(config), sizer, Plan(config));
        }
        else
        {
            string refusal = Refusal(config, sizer);
            Assert.StartsWith("sizing.method: a cluster trains fixed", refusal, StringComparison.Ordinal);
            Assert.Contains($"; {method} as it is set here needs one process", refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_that_need_one_process_are_refused_by_name()
    {
        RunConfig config = Config("amtl");
        Assert.StartsWith("sizing.method:", Refusal(config with { Sizing = config.Sizing with { SizeZero = true } }), StringComparison.Ordinal);
        Assert.StartsWith("sizing.method:", Refusal(config with { Sizing = config.Sizing with { StraightThrough = false } }), StringComparison.Ordinal);
        RunConfig importing = config with { Import = new ImportConfig { NetworkFile = "weights" } };
        Assert.StartsWith("import:", Refusal(importing), StringComparison.Ordinal);
        using Sizer sizer = Sizer.Create(config.Sizing, Sizer.GroupsOf("amtl", data.Dataset));
        ClusterLimits.Check(Request(importing) with { InitFrom = "weights" }, sizer, Plan(importing));
        Assert.StartsWith("training.freeze_embeddings,", Refusal(config with { Training = new TrainingConfig { FreezeEmbeddings = 1 } }), StringComparison.Ordinal);
        Assert.StartsWith("training.freeze_embeddings,", Refusal(config with { Training = new TrainingConfig { FreezeNetwork = 1 } }), StringComparison.Ordinal);
        Assert.StartsWith("training.device:", Refusal(config with { Training = new TrainingConfig { Device = "cuda" } }), StringComparison.Ordinal);
        Assert.StartsWith("training.batch_size:", Refusal(config with { Training = new TrainingConfig { BatchSize = 2 } }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    public void A_plan_without_workers_or_shards_is_refused(int workers, int shards)
    {
        RunConfig config = Config("fixed");
        Assert.Contains("1 or more", Refusal(config, plan: Plan(config) with { Workers = workers, Shards = shards }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1, true)]
    [InlineData(true, 2, false)]
    [InlineData(false, 2, true)]
    public void Batches_are_normalised_in_one_place(bool batchNorm, int workers, bool isTaken)
    {
        using CtrNetwork network = CtrNetwork.Create(new NetworkConfig { BatchNorm = batchNorm }, new NetworkShape(2, 4, 0));
        TrainingPlan plan = Plan(Config("fixed")) with { Workers = workers };
        string? refusal = Record.Exception(() => ClusterLimits.Check(network, plan))?.Message;
        Assert.Equal(isTaken, refusal is null);
        Assert.True(isTaken || refusal!.StartsWith("network.batch_norm:", StringComparison.Ordinal));
    }

    private static RunConfig Config(string method) => new() { Sizing = new SizingConfig { Method = method, EmbeddingDim = 8, Budget = 1 } };

    private static TrainingRequest Request(RunConfig config) => new() { Config = config, DatasetFolder = "data", RunFolder = "run" };

    private static TrainingPlan Plan(RunConfig config) => Plans.Of(config, "data", "run", workers: 3, shards: 3);

    private string Refusal(RunConfig config, TrainingPlan? plan = null)
    {
        using Sizer sizer = Sizer.Create(config.Sizing, Sizer.GroupsOf(config.Sizing.Method, data.Dataset));
        return Refusal(config, sizer, plan);
    }

    private static string Refusal(RunConfig config, Sizer sizer, TrainingPlan? plan = null) =>
        Assert.Throws<ConfigException>(() => ClusterLimits.Check(Request(config), sizer, plan ?? Plan(config))).Message;
}
