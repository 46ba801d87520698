using CsCheck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Optimizers;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class LookupTests
{
    public static TheoryData<string> OptimizerNames => [.. SparseOptimizer.Names];

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void A_step_moves_the_looked_up_prefix_against_its_gradient(string name)
    {
        using EmbeddingTable table = new(5, 16);
        using RowGradients gradients = new(5, 16);
        using SparseOptimizer optimizer = SparseOptimizer.Create(name, table, new OptimizerOptions { LearningRate = 0.1f });
        PrefixSizes sizes = new([0, 0, 1, 1, 1], [3, 16]);
        float[] upstream = [.. Enumerable.Repeat(1f, 32)];

        gradients.AddPrefix(new Lookup([1, 1]), sizes, upstream, 16);
        optimizer.Step(table, gradients, sizes);

        Assert.Equal(1, gradients.Count);
        Assert.Equal([2f, 2f, 2f, 0f], gradients[0][..4].ToArray());
        Assert.All(table[1][..3].ToArray(), value => Assert.True(value < 0));
        Assert.All(table[1][3..].ToArray(), value => Assert.Equal(0, value));
        Assert.All(table[2].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Pooled_examples_are_summed_or_averaged_and_may_be_empty()
    {
        using EmbeddingTable table = new(3, 2);
        table[1].Fill(1);
        table[2].Fill(3);
        float[] output = [9, 9, 9, 9];

        Gather.Prefix(table, new Lookup([1, 2], [0, 2, 2], Pooling.Mean), default, output, 2);
        Assert.Equal([2f, 2f, 0f, 0f], output);
        Gather.Prefix(table, new Lookup([1, 2], [0, 2, 2], Pooling.Sum), default, output, 2);
        Assert.Equal([4f, 4f, 0f, 0f], output);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_row_outside_the_table_is_refused(int row)
    {
        using EmbeddingTable table = new(3, 2);
        float[] output = new float[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Prefix(table, new Lookup([row]), default, output, 2));
    }

    [Theory]
    [InlineData(new[] { 0, 2, 1 })]
    [InlineData(new[] { 0, 3 })]
    [InlineData(new[] { -1, 1 })]
    public void Offsets_that_fall_or_leave_the_rows_are_refused(int[] offsets)
    {
        using EmbeddingTable table = new(3, 2);
        float[] output = new float[8];
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gather.Prefix(table, new Lookup([0, 1], offsets, Pooling.Sum), default, output, 2));
    }

    [Fact]
    public void A_bad_row_is_found_anywhere_in_a_batch()
    {
        using EmbeddingTable table = new(3, 2);
        float[] output = new float[200];
        for (int bad = 0; bad < 100; bad++)
        {
            int[] rows = new int[100];
            rows[bad] = 3;
            Assert.Throws<ArgumentOutOfRangeException>(() => Gather.Prefix(table, new Lookup(rows), default, output, 2));
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 3)]
    public void A_narrow_stride_or_a_short_output_is_refused(int stride, int length)
    {
        using EmbeddingTable table = new(3, 2);
        float[] output = new float[length];
        Assert.ThrowsAny<ArgumentException>(() => Gather.Prefix(table, new Lookup([0, 1]), default, output, stride));
    }

    [Fact]
    public void A_range_of_examples_is_gathered_as_in_the_whole() => Gen.Select(LookupCase.Any, Gen.Int[0, 100], Gen.Int[0, 100]).Sample(
        (c, one, other) =>
        {
            using (c)
            {
                int count = c.Lookup.Count;
                (int first, int last) = (Math.Min(one % (count + 1), other % (count + 1)), Math.Max(one % (count + 1), other % (count + 1)));
                float[] whole = new float[c.Upstream.Length];
                Gather.Prefix(c.Table, c.Lookup, c.Sizes, whole, c.Stride);
                float[] part = new float[whole.Length];
                Gather.Prefix(c.Table, c.Lookup[first..last], c.Sizes, part, c.Stride);
                int floats = first == last ? 0 : ((last - first - 1) * c.Stride) + c.Dimension;
                Assert.Equal(whole.AsSpan(first * c.Stride, floats), part.AsSpan(0, floats));
            }
        },
        iter: 300);
}
