using Taper.Cluster.Coordination;

namespace Taper.Cluster.Tests.Coordination;

public sealed class GenerationsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-cluster-").FullName;

    [Fact]
    public void Generations_count_from_one_and_go_on()
    {
        string cluster = Path.Combine(_folder, "cluster");
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => Generations.Claim(cluster)));
        File.Delete(Path.Combine(cluster, "generation-000000002"));
        File.WriteAllText(Path.Combine(cluster, "generation-of-something-else"), "");
        Assert.Equal(4, Generations.Claim(cluster));
    }

    [Fact]
    public async Task No_two_that_race_claim_the_same()
    {
        const int Racers = 8, Claims = 25;
        using var start = new Barrier(Racers);
        Task<long[]> Race() => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, Claims).Select(_ => Generations.Claim(_folder)).ToArray();
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        long[][] claimed = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Race()));
        Assert.Equal(Enumerable.Range(1, Racers * Claims).Select(n => (long)n), claimed.SelectMany(own => own).Order());
        Assert.All(claimed, own => Assert.Equal(own.Order(), own));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
