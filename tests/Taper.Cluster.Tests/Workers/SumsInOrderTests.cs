using CsCheck;
using Taper.Cluster.Shards;
using Taper.Cluster.Workers;

namespace Taper.Cluster.Tests.Workers;

public sealed class SumsInOrderTests
{
    [Fact]
    public void Steps_come_out_once_in_order_however_shards_tell_them() => Gen.Select(Gen.Int[1, 4], Gen.Int[1, 1000]).Sample((shards, seed) =>
    {
        const long first = 5, end = 15;
        var random = new Random(seed);
        var sums = new SumsInOrder(shards);
        sums.StartAt(first);
        var taken = new List<long>();
        while (taken.Count < end - first)
        {
            int shard = random.Next(shards);
            long told = sums.UntoldBy(shard);
            sums.Add(shard, Enumerable.Range(0, random.Next(4)).Select(i => told + i).Where(step => step < end).Select(Sums));
            while (sums.TryNext(out StepSums[]? next))
            {
                Assert.Equal(shards, next.Length);
                taken.Add(Assert.Single(next.Select(each => each.Step).Distinct()));
            }
        }

        Assert.Equal(Enumerable.Range((int)first, (int)(end - first)).Select(step => (long)step), taken);
    });

    [Fact]
    public void A_step_that_is_left_out_or_told_twice_is_refused()
    {
        var sums = new SumsInOrder(1);
        sums.StartAt(2);
        Assert.Throws<InvalidOperationException>(() => sums.Add(0, [Sums(3)]));
        sums.Add(0, [Sums(2)]);
        Assert.Throws<InvalidOperationException>(() => sums.Add(0, [Sums(2)]));
    }

    private static StepSums Sums(long step) => new(step, [], null);
}
