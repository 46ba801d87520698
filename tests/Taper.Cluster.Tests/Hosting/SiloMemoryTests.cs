using Taper.Cluster.Hosting;

namespace Taper.Cluster.Tests.Hosting;

public sealed class SiloMemoryTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void No_more_is_taken_than_there_is()
    {
        var memory = new SiloMemory(new SiloIdentity("three"), 10 * MiB);
        memory.Reserve(6 * MiB, "shard 0");
        var refusal = Assert.Throws<ClusterException>(() => memory.Reserve((4 * MiB) + 1, "shard 1"));
        Assert.Equal("silo three: shard 1 needs 4 MiB, and 4 of 10 MiB are left; add silos and --shards, or raise --memory.", refusal.Message);
        memory.Reserve(4 * MiB, "shard 1");
        Assert.Throws<ClusterException>(() => memory.Reserve(1, "shard 2"));
        memory.Release(6 * MiB);
        memory.Reserve(6 * MiB, "shard 2");
    }

    [Fact]
    public void Without_a_limit_all_is_given()
    {
        var memory = new SiloMemory(new SiloIdentity("three"), null);
        memory.Reserve(long.MaxValue / 2, "shard 0");
        memory.Reserve(long.MaxValue / 2, "shard 1");
    }
}
