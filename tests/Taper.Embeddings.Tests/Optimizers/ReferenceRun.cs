using Taper.Embeddings.Lanes;
using Taper.Embeddings.Optimizers;
using Taper.Embeddings.Tests.Kernels;

namespace Taper.Embeddings.Tests.Optimizers;

/// <summary>Some steps of an optimizer on a random table, beside dense gradients for a slow reference.</summary>
internal sealed class ReferenceRun : IDisposable
{
    private readonly Random random;
    private readonly int[] groupOfRow;
    private readonly byte[] sizeOfGroup;

    public ReferenceRun(int rows, int dimension, bool prefixes, int seed)
    {
        random = new Random(seed);
        Table = new EmbeddingTable(rows, dimension);
        Table.FillNormal(0.5, (ulong)seed);
        groupOfRow = prefixes ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(4))] : [];
        sizeOfGroup = [0, (byte)dimension, (byte)random.Next(dimension + 1), (byte)random.Next(dimension + 1)];
    }

    public EmbeddingTable Table { get; private set; }

    public PrefixSizes Sizes => new(groupOfRow, sizeOfGroup);

    public int SizeOf(int row) => Math.Min(Sizes[row], Table.Dimension);

    public double[] Weights() => [.. Close.ToArray(Table)];

    /// <summary>Goes on in a compact table.</summary>
    public void Compact(SparseOptimizer optimizer)
    {
        EmbeddingTable compact = Table.ToCompact(Sizes);
        optimizer.Compact(compact);
        Table.Dispose();
        Table = compact;
    }

    /// <summary>Takes one step; returns the dense gradient and which rows were touched.</summary>
    public (double[] Gradient, bool[] Touched) Step<TWidth>(SparseOptimizer optimizer)
        where TWidth : struct, IWidth
    {
        int dimension = Table.Dimension;
        (int[] rows, float[] upstream) = Batch();
        using RowGradients gradients = new(Table.Rows, dimension);
        gradients.AddPrefix(new Lookup(rows), Sizes, upstream, dimension);
        optimizer.Step<TWidth>(Table, gradients, Sizes);

        double[] dense = new double[Table.Rows * dimension];
        bool[] touched = new bool[Table.Rows];
        for (int slot = 0; slot < gradients.Count; slot++)
        {
            touched[gradients.Rows[slot]] = true;
            for (int j = 0; j < dimension; j++)
            {
                dense[(gradients.Rows[slot] * dimension) + j] = gradients[slot][j];
            }
        }

        return (dense, touched);
    }

    /// <summary>Takes one step whose rows are shared among threads.</summary>
    public void StepInParts(SparseOptimizer optimizer, int threads)
    {
        (int[] rows, float[] upstream) = Batch();
        IReadOnlyList<RowGradients> parts = RowGradients.Parts(Table.Rows, Table.Dimension, threads);
        foreach (RowGradients part in parts)
        {
            part.AddPrefix(new Lookup(rows), Sizes, upstream, Table.Dimension);
        }

        optimizer.Step(Table, parts, Sizes);
        foreach (RowGradients part in parts)
        {
            part.Dispose();
        }
    }

    public void Dispose() => Table.Dispose();

    private (int[] Rows, float[] Upstream) Batch()
    {
        int[] rows = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(Table.Rows))];
        return (rows, [.. Enumerable.Range(0, rows.Length * Table.Dimension).Select(_ => random.NextSingle() - 0.5f)]);
    }
}
