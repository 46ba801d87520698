using CsCheck;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Tests.Kernels;

public sealed class EmbeddingTableTests
{
    [Fact]
    public void The_draw_is_normal()
    {
        using EmbeddingTable table = new(20_000, 10);
        table.FillNormal(2, seed: 3);
        double[] values = [.. Close.ToArray(table).Select(v => v / 2.0)];
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(v => v * v), 0.015);
        Assert.Equal(3, values.Average(v => v * v * v * v), 0.1);
        Assert.Equal(0.6827, values.Count(v => Math.Abs(v) < 1) / (double)values.Length, 0.005);
        Assert.Equal(0.0027, values.Count(v => Math.Abs(v) > 3) / (double)values.Length, 0.0006);
    }

    [Fact]
    public void A_row_depends_on_seed_and_number_alone()
    {
        using EmbeddingTable small = new(10, 4);
        using EmbeddingTable large = new(1000, 4);
        using EmbeddingTable other = new(10, 4);
        small.FillNormal(1, 5);
        large.FillNormal(1, 5);
        other.FillNormal(1, 6);
        Assert.Equal(small[9].ToArray(), large[9].ToArray());
        Assert.NotEqual(small[9].ToArray(), small[8].ToArray());
        Assert.NotEqual(small[9].ToArray(), other[9].ToArray());
    }

    [Fact]
    public void The_draw_is_the_same_on_every_machine()
    {
        using EmbeddingTable table = new(2000, 8);
        table.FillNormal(0.01, 42);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        byte[] bytes = [.. Close.ToArray(table).SelectMany(BitConverter.GetBytes)];
        File.WriteAllBytes(path, bytes);
        string checksum = Checksum.OfFile(path);
        File.Delete(path);
        Assert.Equal("xxh128:6da7d5016103de10558f0712e3dd31ab", checksum);
    }

    [Fact]
    public unsafe void Rows_are_aligned_and_start_at_zero() => Gen.Select(Gen.Int[0, 50], Gen.Int[1, 255]).Sample((rows, dimension) =>
    {
        using EmbeddingTable table = new(rows, dimension);
        Assert.Equal(0, (nint)table.Pointer % 64);
        Assert.Equal((nint)rows * dimension * 4, table.ByteLength);
        Assert.All(Close.ToArray(table), value => Assert.Equal(0, value));
    });

    [Fact]
    public void A_compact_table_has_the_kept_prefixes_back_to_back() => LookupCase.Any.Sample(test =>
    {
        using LookupCase _ = test;
        using EmbeddingTable compact = test.Table.ToCompact(test.Sizes);
        float[][] kept = [.. Enumerable.Range(0, test.Table.Rows).Select(row => test.Table[row][..test.SizeOfGroup[test.GroupOfRow[row]]].ToArray())];
        Assert.Equal(kept, Enumerable.Range(0, compact.Rows).Select(row => compact[row].ToArray()));
        Assert.Equal(sizeof(float) * kept.Sum(row => row.Length), compact.ByteLength);
        using EmbeddingTable zeros = new(compact.Rows, compact.Dimension, test.Sizes);
        Assert.All(Enumerable.Range(0, zeros.Rows), row => Assert.Equal(new float[kept[row].Length], zeros[row].ToArray()));
        Assert.True(compact.IsCompact);
        Assert.Throws<InvalidOperationException>(() => compact.ToCompact(test.Sizes));
    });

    [Fact]
    public void A_compact_table_is_looked_up_as_a_whole_one() => LookupCase.Any.Sample(test =>
    {
        using LookupCase _ = test;
        using EmbeddingTable compact = test.Table.ToCompact(test.Sizes);
        float[] expected = test.NewOutput(), actual = test.NewOutput(), all = test.NewOutput();
        Gather.Prefix(test.Table, test.Lookup, test.Sizes, expected, test.Stride);
        Gather.Prefix(compact, test.Lookup, test.Sizes, actual, test.Stride);
        Gather.Prefix(compact, test.Lookup, default, all, test.Stride);
        Assert.Equal(expected, actual);
        Assert.Equal(expected, all);
    });

    [Fact]
    public void What_needs_whole_rows_refuses_a_compact_table()
    {
        using EmbeddingTable compact = new(2, 4, new PrefixSizes([0, 0], [2]));
        using RowGradients gradients = new(2, 4);
        float[] output = new float[8];
        Assert.Throws<ArgumentException>(() => Gather.Masked(compact, new Lookup([0, 1]), new SoftMask([0, 0], new float[4]), output, 4));
        Assert.Throws<ArgumentException>(() => MaskGradient.Add(compact, new Lookup([0, 1]), [0, 0], output, 4, new float[4]));
        Assert.Throws<ArgumentException>(() => MaskGradient.Add(compact, gradients, [0, 0], new float[4]));
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(1, 0)]
    [InlineData(1, 256)]
    public void An_impossible_shape_is_refused(int rows, int dimension) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingTable(rows, dimension));

    [Fact]
    public void A_disposed_table_is_refused()
    {
        EmbeddingTable table = new(1, 1);
        table.Dispose();
        table.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table[0].Clear());
    }
}
