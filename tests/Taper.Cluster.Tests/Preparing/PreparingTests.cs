using Taper.Cluster.Tests.Trainings;
using Taper.Configuration;
using Taper.Data;

namespace Taper.Cluster.Tests.Preparing;

/// <summary>Datasets that silos prepare together are those of one process.</summary>
[Collection(WholeTrainings.Name)]
public sealed class PreparingTests(TestClusters clusters)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 5)] // more than files and silos
    public async Task The_dataset_is_that_of_one_process(int parts, int shards)
    {
        using RawFiles raw = new(files: 4, users: 90);
        string expected = Path.Combine(raw.Folder, "expected");
        DatasetSummary whole = DatasetBuilder.Build(raw.Config, raw.Folder, expected, cancellation: Cancellation);
        PreparingPlan plan = raw.Plan(parts, shards);
        DatasetSummary summary = await clusters.DatasetsOfThree.PrepareAsync(plan, cancellation: Cancellation);
        Assert.Equal(RawFiles.Bytes(expected), RawFiles.Bytes(plan.OutFolder));
        Assert.Equal(Directory.GetFileSystemEntries(expected).Length, Directory.GetFileSystemEntries(plan.OutFolder).Length);
        Assert.Equal(whole.Fields.Select(field => (field.Name, field.VocabularySize)), summary.Fields.Select(field => (field.Name, field.VocabularySize)));
    }

    [Fact]
    public async Task A_split_by_time_cuts_where_it_does_in_one_process()
    {
        using RawFiles raw = new(files: 4, users: 90);
        string expected = Path.Combine(raw.Folder, "expected");
        PreparingPlan plan = raw.Plan(parts: 3, shards: 2);
        plan = plan with { Config = plan.Config with { Split = new SplitConfig { Time = new TimeSplit { Column = "time", Test = 0 } } } };
        DatasetBuilder.Build(plan.Config, raw.Folder, expected, cancellation: Cancellation);
        await clusters.DatasetsOfThree.PrepareAsync(plan, cancellation: Cancellation);
        Assert.Equal(RawFiles.Bytes(expected), RawFiles.Bytes(plan.OutFolder));
    }

    [Fact]
    public async Task Values_that_one_silo_has_no_room_for_are_counted_on_three()
    {
        using RawFiles raw = new(files: 3, users: 700);
        PreparingPlan plan = raw.Plan(parts: 3, shards: 1);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            ClusterException refusal = await Assert.ThrowsAsync<ClusterException>(() => clusters.DatasetsOfOne.PrepareAsync(plan, cancellation: Cancellation));
            Assert.StartsWith("silo silo-1: shard-0 of the vocabularies needs ", refusal.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(plan.OutFolder));
        }

        DatasetSummary summary = await clusters.DatasetsOfThree.PrepareAsync(plan with { Shards = 3 }, cancellation: Cancellation);
        DatasetSummary whole = DatasetBuilder.Build(raw.Config, raw.Folder, Path.Combine(raw.Folder, "expected"), cancellation: Cancellation);
        Assert.Equal(whole.Fields[0].VocabularySize, summary.Fields[0].VocabularySize);
    }

    [Fact]
    public async Task What_a_part_cannot_use_is_said_as_in_one_process()
    {
        using RawFiles raw = new(files: 3, users: 90);
        string bad = Path.Combine(raw.Folder, "rows-1.csv");
        await File.AppendAllTextAsync(bad, "7,somebody,,1,1,1\n", Cancellation);
        DataException refusal = await Assert.ThrowsAsync<DataException>(() => clusters.DatasetsOfThree.PrepareAsync(raw.Plan(3, 3), cancellation: Cancellation));
        Assert.Equal($"{bad}, data row 401: the label, label, is not 0 or 1 (label = 7); mend the row or data.label.", refusal.Message);
    }

    [Fact]
    public async Task A_config_that_a_part_cannot_use_is_refused_as_one()
    {
        using RawFiles raw = new(files: 2, users: 90);
        PreparingPlan plan = raw.Plan(2, 1);
        plan = plan with { Config = plan.Config with { MemoryLimit = "99999999999999999999TB" } };
        string expected = Assert.Throws<ConfigException>(() => DatasetBuilder.Build(plan.Config, raw.Folder, Path.Combine(raw.Folder, "expected"), cancellation: Cancellation)).Message;
        ConfigException refusal = await Assert.ThrowsAsync<ConfigException>(() => clusters.DatasetsOfThree.PrepareAsync(plan, cancellation: Cancellation));
        Assert.Equal(expected, refusal.Message);
    }

    [Fact]
    public async Task What_needs_all_examples_in_one_place_is_refused()
    {
        using RawFiles raw = new(files: 1, users: 90);
        PreparingPlan plan = raw.Plan(1, 1) with { Config = raw.Config with { Query = "SELECT * FROM examples" } };
        ConfigException refusal = await Assert.ThrowsAsync<ConfigException>(() => clusters.DatasetsOfOne.PrepareAsync(plan, cancellation: Cancellation));
        Assert.StartsWith("data.query", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_it_leaves_nothing()
    {
        using RawFiles raw = new(files: 3, users: 90);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        PreparingPlan plan = raw.Plan(3, 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => clusters.DatasetsOfThree.PrepareAsync(plan, new At("encoding user", [], stop.Cancel), stop.Token));
        Assert.Empty(Directory.GetDirectories(raw.Folder));
    }

    [Theory]
    [InlineData("checking labels")]
    [InlineData("counting user")]
    [InlineData("encoding user")]
    [InlineData("joining columns")]
    public async Task A_silo_that_is_lost_makes_it_begin_anew(string step)
    {
        using RawFiles raw = new(files: 4, users: 90);
        string expected = Path.Combine(raw.Folder, "expected");
        DatasetBuilder.Build(raw.Config, raw.Folder, expected, cancellation: Cancellation);
        await using TestCluster cluster = await TestCluster.StartAsync(2, TestClusters.Memory);
        List<string> told = [];
        PreparingPlan plan = raw.Plan(parts: 4, shards: 2);
        await cluster.Datasets.PrepareAsync(plan, new At(step, told, () => cluster.LoseOneAsync().GetAwaiter().GetResult()), Cancellation);
        Assert.Single(told, doing => doing.StartsWith("a part was lost (", StringComparison.Ordinal));
        Assert.Equal(RawFiles.Bytes(expected), RawFiles.Bytes(plan.OutFolder));
    }

    /// <summary>Does something when a step begins for the first time.</summary>
    private sealed class At(string step, List<string> told, Action act) : IProgress<PreparingProgress>
    {
        public void Report(PreparingProgress value)
        {
            bool isFirst = value.Doing == step && !told.Contains(step);
            told.Add(value.Doing);
            if (isFirst)
            {
                act();
            }
        }
    }
}
