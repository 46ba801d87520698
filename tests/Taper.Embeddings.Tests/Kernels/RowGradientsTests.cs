using CsCheck;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class RowGradientsTests
{
    [Fact]
    public void Prefix_gradients_are_summed_per_row() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                using RowGradients gradients = new(c.Table.Rows, c.Dimension);
                gradients.AddPrefix(c.Lookup, c.Sizes, c.Upstream, c.Stride);
                Close.Equal(Expected(c, c.PrefixFactor), Dense(gradients));
            }
        },
        iter: 500);

    [Fact]
    public void Masked_gradients_are_summed_per_row() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                using RowGradients gradients = new(c.Table.Rows, c.Dimension);
                gradients.AddMasked(c.Lookup, c.Mask, c.Upstream, c.Stride);
                Close.Equal(Expected(c, c.MaskFactor), Dense(gradients));
            }
        },
        iter: 500);

    [Fact]
    public void Rows_are_distinct_and_in_order_of_first_occurrence() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                using RowGradients gradients = new(c.Table.Rows, c.Dimension);
                gradients.AddPrefix(c.Lookup, c.Sizes, c.Upstream, c.Stride);
                Assert.Equal(c.Occurrences().Select(o => o.Row).Distinct(), gradients.Rows.ToArray());
            }
        },
        iter: 200);

    [Fact]
    public void Every_width_gives_the_bits_of_the_scalar_reference() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] scalar = At<ScalarWidth>(c);
                Assert.Equal(scalar, At<Width128>(c));
                Assert.Equal(scalar, At<Width256>(c));
                Assert.Equal(scalar, At<Width512>(c));
            }
        },
        iter: 300);

    [Fact]
    public void Parts_give_the_bits_of_the_whole() => Gen.Select(LookupCase.Any, Gen.Int[1, 9]).Sample(
        (c, threads) =>
        {
            using (c)
            {
                float[] whole = At<HardwareWidth>(c);
                float[] together = new float[whole.Length];
                IReadOnlyList<RowGradients> parts = RowGradients.Parts(c.Table.Rows, c.Dimension, threads);
                Parallel.For(0, parts.Count, part => Fill<HardwareWidth>(parts[part], c));
                foreach (RowGradients part in parts)
                {
                    Assert.All(part.Rows.ToArray(), row => Assert.True(part.SlotOf(row) >= 0));
                    Add(together, Dense(part));
                    part.Dispose();
                }

                Assert.Equal(whole, together);
                Assert.Equal(c.Occurrences().Select(o => o.Row).Distinct().Count(), parts.Sum(part => part.Count));
            }
        },
        iter: 300);

    [Fact]
    public void Clear_starts_anew()
    {
        using RowGradients gradients = new(10, 4);
        float[] upstream = [1, 2, 3, 4];
        gradients.AddPrefix(new Lookup([7]), default, upstream, 4);
        gradients.Clear();
        Assert.Equal(0, gradients.Count);
        Assert.Equal(-1, gradients.SlotOf(7));

        gradients.AddPrefix(new Lookup([3]), default, upstream, 4);
        gradients.AddPrefix(new Lookup([7]), default, upstream, 4);
        Assert.Equal([3, 7], gradients.Rows.ToArray());
        Assert.Equal(upstream, gradients[1].ToArray());
    }

    [Fact]
    public void It_grows_with_the_batch_and_keeps_the_sums()
    {
        const int Rows = 5000;
        using RowGradients gradients = new(Rows, 3);
        int[] rows = [.. Enumerable.Range(0, Rows).Reverse()];
        float[] upstream = [.. Enumerable.Range(0, Rows * 3).Select(i => (float)i)];
        gradients.AddPrefix(new Lookup(rows), default, upstream, 3);
        Assert.Equal(upstream, Enumerable.Range(0, Rows).SelectMany(slot => gradients[slot].ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients[Rows].Clear());
    }

    private static float[] At<TWidth>(LookupCase c)
        where TWidth : struct, IWidth
    {
        using RowGradients gradients = new(c.Table.Rows, c.Dimension);
        Fill<TWidth>(gradients, c);
        return Dense(gradients);
    }

    private static void Fill<TWidth>(RowGradients gradients, LookupCase c)
        where TWidth : struct, IWidth
    {
        gradients.AddPrefix<TWidth>(c.Lookup, c.Sizes, c.Upstream, c.Stride);
        gradients.AddMasked<TWidth>(c.Lookup, c.Mask, c.Upstream, c.Stride);
    }

    private static void Add(float[] sum, float[] addend)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += addend[i]; // one of the two is zero: no rounding
        }
    }

    private static float[] Dense(RowGradients gradients)
    {
        float[] dense = new float[gradients.TableRows * gradients.Dimension];
        for (int slot = 0; slot < gradients.Count; slot++)
        {
            gradients[slot].CopyTo(dense.AsSpan(gradients.Rows[slot] * gradients.Dimension));
        }

        return dense;
    }

    private static double[] Expected(LookupCase c, Func<int, int, float> factor)
    {
        double[] expected = new double[c.Table.Rows * c.Dimension];
        foreach ((int example, int row, double weight) in c.Occurrences())
        {
            for (int j = 0; j < c.Dimension; j++)
            {
                expected[(row * c.Dimension) + j] += weight * factor(row, j) * c.Upstream[(example * c.Stride) + j];
            }
        }

        return expected;
    }
}
