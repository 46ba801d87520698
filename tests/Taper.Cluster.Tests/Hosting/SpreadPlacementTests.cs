using Taper.Cluster.Coordination;
using Taper.Cluster.Hosting;

namespace Taper.Cluster.Tests.Hosting;

public sealed class SpreadPlacementTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("shard", 0)]
    [InlineData("/runs/two|3|shard-0", 0)]
    [InlineData("/runs/two|3|shard-12", 12)]
    [InlineData("/runs/7", 7)]
    [InlineData("/runs/20211128123456789", 0)]
    public void A_key_is_placed_by_the_number_at_its_end(string key, int number) =>
        Assert.Equal(number, SpreadPlacementDirector.NumberOf(key));

    [Fact]
    public void Parts_have_the_numbers_of_their_places_and_no_two_a_common_key()
    {
        TrainingPlan plan = Plans.Of(new Taper.Training.RunConfig(), "data", "runs/one", workers: 3, shards: 3);
        var keys = (from generation in new long[] { 1, 2 }
                    from index in Enumerable.Range(0, 3)
                    from key in new[] { PartKey.OfShard(plan, generation, index), PartKey.OfWorker(plan, generation, index) }
                    select (key, index)).ToList();
        Assert.All(keys, part => Assert.Equal(part.index, SpreadPlacementDirector.NumberOf(part.key)));
        Assert.Equal(12, keys.Select(part => part.key).Distinct().Count());
        Assert.All(keys, part => Assert.StartsWith(PartKey.OfTraining("runs/one") + "|", part.key, StringComparison.Ordinal));
        Assert.Equal(PartKey.OfTraining("runs/one"), PartKey.OfTraining(Path.GetFullPath("runs/two/../one")));
    }
}
