using CsCheck;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class MaskGradientTests
{
    [Fact]
    public void It_adds_gradient_times_row_for_every_dimension() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] sums = [.. Enumerable.Repeat(0.5f, c.Masks.Length)];
                MaskGradient.Add(c.Table, c.Lookup, c.GroupOfRow, c.Upstream, c.Stride, sums);
                Close.Equal(Expected(c), sums);
            }
        },
        iter: 500);

    [Fact]
    public void Sums_of_whole_rows_give_the_same() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                using RowGradients gradients = new(c.Table.Rows, c.Dimension);
                gradients.AddPrefix(c.Lookup, default, c.Upstream, c.Stride);
                float[] sums = [.. Enumerable.Repeat(0.5f, c.Masks.Length)];
                MaskGradient.Add(c.Table, gradients, c.GroupOfRow, sums);
                Close.Equal(Expected(c), sums);
            }
        },
        iter: 300);

    [Fact]
    public void It_is_the_slope_of_the_masked_output() => LookupCase.Any.Where(c => c.Rows.Length > 0).Sample(
        c =>
        {
            using (c)
            {
                float[] slope = new float[c.Masks.Length];
                MaskGradient.Add(c.Table, c.Lookup, c.GroupOfRow, c.Upstream, c.Stride, slope);
                int at = c.GroupOfRow[c.Rows[0]] * c.Dimension;
                double before = Loss(c);
                c.Masks[at] += 1;
                Assert.Equal(Loss(c) - before, slope[at], 1e-3);
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
    public void A_group_outside_the_mask_is_refused()
    {
        using EmbeddingTable table = new(2, 4);
        float[] upstream = new float[4];
        float[] sums = new float[4];
        Assert.Throws<ArgumentOutOfRangeException>(
            () => MaskGradient.Add(table, new Lookup([1]), [0, 1], upstream, 4, sums));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Gather.Masked(table, new Lookup([1]), new SoftMask([0, -1], sums), upstream, 4));
    }

    private static float[] At<TWidth>(LookupCase c)
        where TWidth : struct, IWidth
    {
        float[] sums = new float[c.Masks.Length];
        MaskGradient.Add<TWidth>(c.Table, c.Lookup, c.Mask, c.Upstream, c.Stride, sums);
        return sums;
    }

    private static double[] Expected(LookupCase c)
    {
        double[] expected = [.. Enumerable.Repeat(0.5, c.Masks.Length)];
        foreach ((int example, int row, double weight) in c.Occurrences())
        {
            for (int j = 0; j < c.Dimension; j++)
            {
                expected[(c.GroupOfRow[row] * c.Dimension) + j] +=
                    weight * c.Upstream[(example * c.Stride) + j] * c.Table[row][j];
            }
        }

        return expected;
    }

    private static double Loss(LookupCase c)
    {
        float[] output = c.NewOutput();
        Gather.Masked(c.Table, c.Lookup, c.Mask, output, c.Stride);
        return Enumerable.Range(0, c.Examples)
            .Sum(i => Enumerable.Range(i * c.Stride, c.Dimension).Sum(at => (double)output[at] * c.Upstream[at]));
    }
}
