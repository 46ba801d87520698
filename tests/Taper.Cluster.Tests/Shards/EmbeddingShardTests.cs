using System.Runtime.InteropServices;
using CsCheck;
using Taper.Cluster.Shards;
using Taper.Embeddings.Optimizers;
using Taper.Training;

namespace Taper.Cluster.Tests.Shards;

public sealed class EmbeddingShardTests
{
    public static TheoryData<string> Optimizers => [.. SparseOptimizer.Names];

    /// <summary>While sizes are learned, then frozen, in whole rows or in compact ones.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Shards_have_the_bits_of_a_table_that_is_not_divided(string optimizer) => ShardCase.Any.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            RunConfig config = c.Config(optimizer);
            byte[] full = Whole(c), sizes = c.RandomSizes(random);
            using var expected = new UndividedRows(c, config);
            EmbeddingShard[] shards = c.Divided(config, full);
            AssertSame(c, expected, shards, full);
            for (int step = 0; step < 3; step++)
            {
                sizes = c.RandomSizes(random);
                int[] rows = c.SomeRows(random);
                float[] gradients = c.Gradients(random, rows.Length);
                float[] mask = expected.Step(rows, gradients, sizes, isWhole: true)!;
                float[] sums = new float[mask.Length];
                for (int index = 0; index < shards.Length; index++)
                {
                    shards[index].Resize(sizes);
                    Add(c, shards, index, rows, gradients, row => c.Dimension, isWhole: true);
                    AddTo(sums, shards[index].MaskGradients(), c.Dimension);
                    shards[index].Apply();
                }

                Assert.Equal(mask, sums, (a, b) => c is { Shards: 1, Threads: 1 } ? a.Equals(b) : Math.Abs(a - b) <= 1e-5);
                AssertSame(c, expected, shards, full);
                expected.ScaleLearningRate(0.5 + step, config.Training.LearningRate);
                Array.ForEach(shards, shard => shard.ScaleLearningRate(0.5 + step));
            }

            bool isCompact = c.Seed % 3 > 0;
            Array.ForEach(shards, shard => shard.Freeze(sizes, isCompact));
            if (isCompact)
            {
                expected.Compact(sizes);
            }

            for (int step = 0; step < 2; step++)
            {
                int[] rows = c.SomeRows(random);
                float[] gradients = c.Gradients(random, rows.Length);
                expected.Step(rows, gradients, sizes, isWhole: false);
                for (int index = 0; index < shards.Length; index++)
                {
                    Add(c, shards, index, rows, gradients, row => sizes[c.Groups.GroupOfRow[row]], isWhole: false);
                    shards[index].Apply();
                    Assert.Equal(step + 4, shards[index].Steps);
                }

                AssertSame(c, expected, shards, sizes);
            }

            Array.ForEach(shards, shard => shard.Dispose());
        },
        iter: 60);

    [Fact]
    public void Compact_shards_begin_with_the_prefixes_of_the_whole_table() => ShardCase.Any.Sample(
        c =>
        {
            byte[] sizes = c.RandomSizes(new Random(c.Seed));
            using var expected = new UndividedRows(c, c.Config("sgd"));
            EmbeddingShard[] shards = c.Divided(c.Config("sgd"), sizes, isCompact: true);
            AssertSame(c, expected, shards, sizes);
            long kept = Enumerable.Range(0, c.Rows).Sum(row => sizes[c.Groups.GroupOfRow[row]] + (c.HasFirstOrder ? 1L : 0));
            Assert.Equal(kept * sizeof(float), shards.Sum(shard => shard.Bytes));
            Array.ForEach(shards, shard => shard.Dispose());
        },
        iter: 100);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_shard_takes_no_more_than_was_reserved(string optimizer) => ShardCase.Any.Sample(
        c =>
        {
            RunConfig config = c.Config(optimizer);
            EmbeddingShard[] shards = c.Divided(config, Whole(c));
            for (int index = 0; index < shards.Length; index++)
            {
                Assert.InRange(shards[index].Bytes, 0, EmbeddingShard.BytesOf(c.Layout, c.Task(index, config, Whole(c), false), config));
                shards[index].Dispose();
            }
        },
        iter: 30);

    [Fact]
    public void Rows_that_are_not_there_and_sizes_of_other_groups_are_refused()
    {
        var c = new ShardCase(1, 10, 4, 3, true);
        using EmbeddingShard shard = c.Divided(c.Config("sgd"), Whole(c))[1];
        Assert.Throws<IndexOutOfRangeException>(() => shard.Read([3]));
        Assert.Throws<IndexOutOfRangeException>(() => shard.Read([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Expect([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => shard.Expect([0, -1]));
        shard.Expect([2, 0, 1]);
        Assert.Throws<ArgumentException>(() => shard.Resize(new byte[c.Groups.Count + 1]));
        Assert.Throws<ArgumentException>(() => shard.Resize(new byte[c.Groups.Count - 1]));
    }

    private static byte[] Whole(ShardCase c) => [.. Enumerable.Repeat((byte)c.Dimension, c.Groups.Count)];

    /// <summary>Gives a shard its share of gradients that lie row after row.</summary>
    private static void Add(
        ShardCase c, EmbeddingShard[] shards, int index, int[] rows, float[] gradients, Func<int, int> sizeOf, bool isWhole)
    {
        int width = c.Dimension + (c.HasFirstOrder ? 1 : 0);
        int[] own = [.. Enumerable.Range(0, rows.Length).Where(i => c.Layout.ShardOf(rows[i]) == index)];
        int[] places = [.. own.Select(i => c.Layout.PlaceOf(rows[i]))];
        float[] packed =
        [
            .. own.SelectMany(i => gradients.AsSpan(i * width, sizeOf(rows[i])).ToArray()
                .Concat(c.HasFirstOrder ? [gradients[((i + 1) * width) - 1]] : Array.Empty<float>())),
        ];
        Assert.Equal(packed.Length, shards[index].PackedLength(places, isWhole));
        shards[index].Add(places, packed, isWhole);
    }

    private static void AddTo(float[] sums, MaskGradients own, int dimension)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(own.Sums).ToArray();
        int[] groups = MemoryMarshal.Cast<byte, int>(own.Groups).ToArray();
        Assert.Equal(groups.Order(), groups);
        Assert.Equal(groups.Length * dimension, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            sums[(groups[i / dimension] * dimension) + (i % dimension)] += values[i];
        }
    }

    private static void AssertSame(ShardCase c, UndividedRows expected, EmbeddingShard[] shards, byte[] sizes)
    {
        Array.ForEach(shards, shard => shard.Resize(sizes));
        for (int index = 0; index < shards.Length; index++)
        {
            int[] places = [.. Enumerable.Range(0, c.Layout.RowsOf(index)).Reverse()];
            Assert.Equal(
                places.SelectMany(place => expected.Row(c.Layout.RowAt(index, place), sizes[c.Groups.GroupOfRow[c.Layout.RowAt(index, place)]])),
                shards[index].Read(places));
        }
    }
}
