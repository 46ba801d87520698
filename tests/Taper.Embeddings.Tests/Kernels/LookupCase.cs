using CsCheck;
using Taper.Embeddings.Features;

namespace Taper.Embeddings.Tests.Kernels;

/// <summary>A random table, a batch that looks it up, sizes, masks and an upstream gradient.</summary>
internal sealed class LookupCase : IDisposable
{
    private static readonly int[] Dimensions = [1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 17, 23, 32, 33, 64];
    private static readonly Pooling?[] Poolings = [null, Pooling.Sum, Pooling.Mean];

    public static readonly Gen<LookupCase> Any = Gen.Select(
        Gen.Int[1, 30],
        Gen.Int[0, Dimensions.Length - 1].Select(i => Dimensions[i]),
        Gen.Int[0, 40],
        Gen.Int[0, Poolings.Length - 1].Select(i => Poolings[i]),
        Gen.Int).Select((rows, dimension, examples, pooling, seed) => new LookupCase(rows, dimension, examples, pooling, seed));

    private LookupCase(int rows, int dimension, int examples, Pooling? pooling, int seed)
    {
        Shape = $"{rows} × {dimension}, {examples} examples, {pooling}, seed {seed}";
        Random random = new(seed);
        Table = new EmbeddingTable(rows, dimension);
        Table.FillNormal(1, (ulong)seed);
        Stride = dimension + random.Next(3);
        Examples = examples;
        Pooling = pooling ?? Pooling.Sum;
        Offsets = pooling is null ? [] : RandomOffsets(random, examples);
        Rows = [.. Enumerable.Range(0, pooling is null ? examples : Offsets[^1]).Select(_ => random.Next(rows))];
        int groups = random.Next(1, 6);
        GroupOfRow = [.. Enumerable.Range(0, rows).Select(_ => random.Next(groups))];
        SizeOfGroup = [.. Enumerable.Range(0, groups).Select(_ => (byte)random.Next(dimension + 1))];
        Masks = Floats(random, groups * dimension);
        Upstream = Floats(random, examples * Stride);
    }

    public string Shape { get; }

    public EmbeddingTable Table { get; }

    public int Dimension => Table.Dimension;

    public int Stride { get; }

    public int Examples { get; }

    public Pooling Pooling { get; }

    public int[] Rows { get; }

    public int[] Offsets { get; }

    public int[] GroupOfRow { get; }

    public byte[] SizeOfGroup { get; }

    public float[] Masks { get; }

    public float[] Upstream { get; }

    public Lookup Lookup => new(Rows, Offsets, Pooling);

    public PrefixSizes Sizes => new(GroupOfRow, SizeOfGroup);

    public SoftMask Mask => new(GroupOfRow, Masks);

    public float PrefixFactor(int row, int j) => j < SizeOfGroup[GroupOfRow[row]] ? 1 : 0;

    public float MaskFactor(int row, int j) => Masks[(GroupOfRow[row] * Dimension) + j];

    /// <summary>Every (example, row, weight) that is looked up.</summary>
    public IEnumerable<(int Example, int Row, double Weight)> Occurrences()
    {
        for (int example = 0; example < Examples; example++)
        {
            int begin = Offsets.Length == 0 ? example : Offsets[example];
            int end = Offsets.Length == 0 ? example + 1 : Offsets[example + 1];
            for (int i = begin; i < end; i++)
            {
                yield return (example, Rows[i], Pooling == Pooling.Mean ? 1.0 / (end - begin) : 1);
            }
        }
    }

    /// <summary>An output buffer full of a number that no kernel writes.</summary>
    public float[] NewOutput() => [.. Enumerable.Repeat(-77f, Examples * Stride)];

    public void Dispose() => Table.Dispose();

    public override string ToString() => Shape;

    private static int[] RandomOffsets(Random random, int examples)
    {
        int[] offsets = new int[examples + 1];
        for (int i = 0; i < examples; i++)
        {
            offsets[i + 1] = offsets[i] + random.Next(5);
        }

        return offsets;
    }

    private static float[] Floats(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
}
