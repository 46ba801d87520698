using CsCheck;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class GatherTests
{
    [Fact]
    public void Prefix_equals_the_slow_reference() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] output = c.NewOutput();
                Gather.Prefix(c.Table, c.Lookup, c.Sizes, output, c.Stride);
                Close.Equal(Expected(c, c.PrefixFactor), output);
            }
        },
        iter: 500);

    [Fact]
    public void Full_sizes_equal_the_slow_reference() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] output = c.NewOutput();
                Gather.Prefix(c.Table, c.Lookup, default, output, c.Stride);
                Close.Equal(Expected(c, (_, _) => 1), output);
            }
        },
        iter: 300);

    [Fact]
    public void Masked_equals_the_slow_reference() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] output = c.NewOutput();
                Gather.Masked(c.Table, c.Lookup, c.Mask, output, c.Stride);
                Close.Equal(Expected(c, c.MaskFactor), output);
            }
        },
        iter: 500);

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
    public void A_prefix_mask_as_a_soft_mask_gives_what_the_prefix_gives() => LookupCase.Any.Sample(
        c =>
        {
            using (c)
            {
                float[] hard = [.. c.SizeOfGroup.SelectMany(size => Enumerable.Range(0, c.Dimension).Select(j => j < size ? 1f : 0f))];
                float[] prefix = c.NewOutput();
                float[] masked = c.NewOutput();
                Gather.Prefix(c.Table, c.Lookup, c.Sizes, prefix, c.Stride);
                Gather.Masked(c.Table, c.Lookup, new SoftMask(c.GroupOfRow, hard), masked, c.Stride);
                Assert.Equal(prefix, masked);
            }
        },
        iter: 300);

    [Fact]
    public void Nothing_is_allocated()
    {
        using EmbeddingTable table = new(100, 16);
        int[] rows = [.. Enumerable.Range(0, 100)];
        float[] output = new float[1600];
        Gather.Prefix(table, new Lookup(rows), default, output, 16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Gather.Prefix(table, new Lookup(rows), default, output, 16);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double[] Expected(LookupCase c, Func<int, int, float> factor)
    {
        double[] expected = [.. c.NewOutput()];
        for (int example = 0; example < c.Examples; example++)
        {
            expected.AsSpan(example * c.Stride, c.Dimension).Clear();
        }

        foreach ((int example, int row, double weight) in c.Occurrences())
        {
            for (int j = 0; j < c.Dimension; j++)
            {
                expected[(example * c.Stride) + j] += weight * factor(row, j) * c.Table[row][j];
            }
        }

        return expected;
    }

    private static float[] At<TWidth>(LookupCase c)
        where TWidth : struct, IWidth
    {
        float[] prefix = c.NewOutput();
        float[] masked = c.NewOutput();
        Gather.Prefix<TWidth>(c.Table, c.Lookup, c.Sizes, prefix, c.Stride);
        Gather.Masked<TWidth>(c.Table, c.Lookup, c.Mask, masked, c.Stride);
        return [.. prefix, .. masked];
    }
}
