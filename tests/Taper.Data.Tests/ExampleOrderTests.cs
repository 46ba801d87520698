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
            first[Read(ExampleOrder.Shuffled(5, 3, epoch), 0, 1)[0]]++;
        }

        Assert.All(first, count => Assert.InRange(count, 3_800, 4_200));
    }

    [Fact]
    public void Sequential_is_the_stored_order() => Assert.Equal([0, 1, 2], All(ExampleOrder.Sequential(3)));

    [Fact]
    public void A_shuffle_in_blocks_is_a_permutation_too() =>
        Gen.Select(Gen.Int[0, 5_000], Gen.Int[128, 1_500], Gen.ULong, Gen.Int[0, 1_000]).Sample((count, window, seed, epoch) =>
        {
            int[] order = All(ExampleOrder.Shuffled(count, seed, epoch, window));
            Assert.Equal(Enumerable.Range(0, count), order.Order());
            if (count <= window)
            {
                Assert.Equal(All(ExampleOrder.Shuffled(count, seed, epoch)), order);
            }
        });

    [Fact]
    public void A_window_holds_128_blocks_of_consecutive_examples_and_mixes_them()
    {
        const int block = 10, window = 128 * block, count = (50 * window) + 7;
        int[] order = All(ExampleOrder.Shuffled(count, seed: 1, epoch: 0, window));
        int[][] blocksOfWindow = [.. order.Chunk(window).Take(10).Select(examples => examples.Select(e => e / block).Distinct().ToArray())];
        Assert.All(blocksOfWindow, blocks => Assert.InRange(blocks.Length, 128, 130)); // the short block moves the rest by 3
        Assert.All(blocksOfWindow, blocks => Assert.InRange(blocks.Average(), 1_500, 4_900)); // of 6,400, drawn from all over
        Assert.InRange(order.Take(block).Select(e => e / block).Distinct().Count(), 7, block); // neighbours come from many
        Assert.NotEqual(order, All(ExampleOrder.Shuffled(count, seed: 1, epoch: 1, window)));
    }

    [Fact]
    public void Reading_from_any_place_gives_what_all_of_it_gives_from_there() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[128, 1_500], Gen.Int[0, 3_000], Gen.Int[1, 700]).Sample((count, window, first, step) =>
        {
            int[] whole = All(ExampleOrder.Shuffled(count, 5, 1, window));
            ExampleOrder order = ExampleOrder.Shuffled(count, 5, 1, window);
            List<int> parts = [];
            for (int place = first; place < count; place += step)
            {
                parts.AddRange(Read(order, place, Math.Min(step, count - place)));
            }

            Assert.Equal(whole.Skip(first), parts);
            Assert.Equal(whole[0], Read(order, 0, 1)[0]); // backwards too
        });

    [Fact]
    public void Places_beyond_the_end_are_refused()
    {
        ExampleOrder order = ExampleOrder.Shuffled(300, 1, 0, 128);
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(order, 299, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read(order, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExampleOrder.Shuffled(300, 1, 0, 127));
    }

    private static int[] All(ExampleOrder order) => Read(order, 0, order.Count);

    private static int[] Read(ExampleOrder order, int place, int count)
    {
        int[] examples = new int[count];
        order.Read(place, examples);
        return examples;
    }
}
