using CsCheck;
using Taper.Embeddings.Lanes;
using Taper.Embeddings.Optimizers;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class ElementMaskTests
{
    private static readonly Gen<(int Rows, int Dimension, int Seed, double Share)> Cases =
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int, Gen.Double[0, 1]);

    [Fact]
    public void The_largest_elements_are_kept_and_of_equal_ones_the_first() => Cases.Sample(test =>
    {
        using EmbeddingTable table = Table(test.Rows, test.Dimension, test.Seed);
        float[] values = Close.ToArray(table);
        long count = (long)(test.Share * (values.Length + 2));
        int[] expected = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).Take((int)count).Order()];
        using ElementMask mask = new(test.Rows, test.Dimension);
        mask.KeepLargest(table, count);
        Assert.Equal(expected, Kept(mask));
        Assert.Equal(expected.Length, mask.Count);
        Assert.Equal(expected.Length, Enumerable.Range(0, test.Rows).Sum(mask.SizeOf));
    });

    [Fact]
    public void Every_width_sets_what_is_not_kept_to_zero() => Cases.Sample(test =>
    {
        foreach (Func<ElementMask, float[]> masked in (Func<ElementMask, float[]>[])[At<ScalarWidth>, At<Width128>, At<Width256>, At<Width512>])
        {
            using EmbeddingTable scores = Table(test.Rows, test.Dimension, test.Seed + 1);
            using ElementMask mask = new(test.Rows, test.Dimension);
            mask.KeepLargest(scores, (long)(test.Share * test.Rows * test.Dimension));
            HashSet<int> kept = [.. Kept(mask)];
            float[] expected = [.. Enumerable.Range(0, test.Rows * test.Dimension).Select(i => kept.Contains(i) ? i + 1f : 0f)];
            Assert.Equal(expected, masked(mask));
        }
    });

    [Theory]
    [InlineData("sgd")]
    [InlineData("adagrad")]
    [InlineData("rowwise_adagrad")]
    [InlineData("lazy_adam")]
    [InlineData("adam")]
    public void No_optimizer_moves_an_element_that_is_not_kept(string name)
    {
        using EmbeddingTable table = Table(6, 9, 3);
        using SparseOptimizer optimizer = SparseOptimizer.Create(name, table, new OptimizerOptions { LearningRate = 0.1f, L2 = 0.01f });
        using RowGradients gradients = new(6, 9);
        Step(mask: null);
        Step(mask: null);
        using ElementMask mask = new(6, 9);
        mask.KeepLargest(table, 20);
        mask.Apply(table);
        mask.Apply(optimizer);
        float[] before = Close.ToArray(table);
        Step(mask);
        Step(mask);
        HashSet<int> kept = [.. Kept(mask)];
        float[] after = Close.ToArray(table);
        Assert.All(Enumerable.Range(0, after.Length).Where(i => !kept.Contains(i)), i => Assert.Equal(0, after[i]));
        Assert.Contains(kept, i => before[i] != after[i]);

        void Step(ElementMask? mask)
        {
            gradients.Clear();
            gradients.AddPrefix(new Lookup([0, 2, 3, 2]), default, [.. Enumerable.Range(1, 36).Select(i => i / 36f)], 9);
            mask?.Apply(gradients);
            optimizer.Step(table, gradients);
        }
    }

    [Fact]
    public unsafe void Bits_are_taken_over_and_those_beyond_D_are_refused()
    {
        using EmbeddingTable scores = Table(5, 11, 1);
        using ElementMask mask = new(5, 11);
        using ElementMask copy = new(5, 11);
        using ElementMask read = new(5, 11);
        Assert.True(mask.IsFull);
        mask.KeepLargest(scores, 17);
        copy.CopyFrom(mask);
        read.CopyFrom(mask.Pointer);
        Assert.Equal(Kept(mask), Kept(copy));
        Assert.Equal(Kept(mask), Kept(read));
        Assert.Equal((17, 17), (copy.Count, read.Count));
        mask.Pointer[3] = 0b1000; // row 1, element 11
        Assert.Throws<FormatException>(() => read.CopyFrom(mask.Pointer));
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        using ElementMask mask = new(3, 4);
        using EmbeddingTable table = new(3, 5);
        using EmbeddingTable compact = new(3, 4, new PrefixSizes([0, 0, 0], [2]));
        using RowGradients gradients = new(2, 4);
        using ElementMask other = new(4, 4);
        Assert.Throws<ArgumentException>(() => mask.Apply(table));
        Assert.Throws<ArgumentException>(() => mask.Apply(compact));
        Assert.Throws<ArgumentException>(() => mask.Apply(gradients));
        Assert.Throws<ArgumentException>(() => mask.KeepLargest(table, 1));
        Assert.Throws<ArgumentException>(() => mask.CopyFrom(other));
    }

    private static int[] Kept(ElementMask mask) =>
    [
        .. from row in Enumerable.Range(0, mask.Rows)
           from j in Enumerable.Range(0, mask.Dimension)
           where (mask[row][j / 8] >> (j % 8) & 1) != 0
           select (row * mask.Dimension) + j,
    ];

    private static unsafe float[] At<TWidth>(ElementMask mask)
        where TWidth : struct, IWidth
    {
        using EmbeddingTable table = new(mask.Rows, mask.Dimension);
        using RowGradients gradients = new(mask.Rows, mask.Dimension);
        float[] values = [.. Enumerable.Range(0, mask.Rows * mask.Dimension).Select(i => i + 1f)];
        values.CopyTo(new Span<float>(table.Pointer, values.Length));
        gradients.AddPrefix(new Lookup([.. Enumerable.Range(0, mask.Rows)]), default, values, mask.Dimension);
        mask.Apply<TWidth>(table.Pointer);
        mask.Apply<TWidth>(gradients);
        Assert.Equal(Close.ToArray(table), Enumerable.Range(0, mask.Rows).SelectMany(slot => gradients[slot].ToArray()));
        return Close.ToArray(table);
    }

    /// <summary>Few distinct magnitudes, so that there are ties.</summary>
    private static EmbeddingTable Table(int rows, int dimension, int seed)
    {
        EmbeddingTable table = new(rows, dimension);
        Random random = new(seed);
        for (int row = 0; row < rows; row++)
        {
            foreach (ref float value in table[row])
            {
                value = random.Next(-300, 300) / 100f;
            }
        }

        return table;
    }
}
