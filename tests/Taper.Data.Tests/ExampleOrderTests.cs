using CsCheck;

namespace Taper.Data.Tests;

public sealed class ExampleOrderTests
{
    [Fact]
    public void A_shuffle_is_a_permutation_that_seed_and_epoch_tell() =>
        Gen.Select(Gen.Int[0, 5_000], Gen.ULong, Gen.Int[0, 1_000]).Sample((count, seed, epoch) =>
        {
            int[] order = All(ExampleOrder.Shuffled(count, seed, epoch));
            Assert.Equal(Enumerable.Range(0, count), order.Order());
            Assert.Equal(order, All(ExampleOrder.Shuffled(count, seed, epoch)));
            if (count > 50)
            {
                Assert.NotEqual(order, All(ExampleOrder.Shuffled(count, seed, epoch + 1)));
                Assert.NotEqual(order, All(ExampleOrder.Shuffled(count, seed + 1, epoch)));
            }
        });

    [Fact]
    public void It_is_the_same_in_every_version() =>
        Assert.Equal([2, 5, 6, 9, 4, 8, 1, 7, 0, 3], All(ExampleOrder.Shuffled(10, seed: 1, epoch: 0)));

    [Fact]
    public void Every_place_is_as_likely()
    {
        int[] first = new int[5];
        for (int epoch = 0; epoch < 20_000; epoch++)
        {
            first[ExampleOrder.Shuffled(5, 3, epoch)[0]]++;
        }

        Assert.All(first, count => Assert.InRange(count, 3_800, 4_200));
    }

    [Fact]
    public void Sequential_is_the_stored_order() => Assert.Equal([0, 1, 2], All(ExampleOrder.Sequential(3)));

    private static int[] All(ExampleOrder order) => [.. Enumerable.Range(0, order.Count).Select(place => order[place])];
}
