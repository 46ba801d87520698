using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>The update rule of an optimizer for the first <c>size</c> elements of one row.</summary>
internal unsafe interface IRowUpdate
{
    void Apply<TWidth>(float* weights, float* gradient, int row, int size)
        where TWidth : struct, IWidth;

    /// <summary>Asks for the state of a row that comes after the i-th.</summary>
    void AskAhead(ReadOnlySpan<int> rows, int i);
}

/// <summary>Which rows an update visits.</summary>
internal static unsafe class RowUpdates
{
    /// <summary>The rows of the batch, each once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Touched<TWidth, TUpdate>(
        EmbeddingTable table, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TUpdate : struct, IRowUpdate
    {
        int dimension = table.Dimension;
        float* values = table.Pointer;
        float* gradient = gradients.Pointer;
        ReadOnlySpan<int> rows = gradients.Rows;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            Ahead.OfRow(values, rows, i, dimension);
            update.AskAhead(rows, i);
            update.Apply<TWidth>(values + ((nint)row * dimension), gradient, row, Math.Min(sizes[row], dimension));
            gradient += dimension;
        }
    }

    /// <summary>Every row that the gradients sum; those that the batch did not touch have a gradient of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void All<TWidth, TUpdate>(
        EmbeddingTable table, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TUpdate : struct, IRowUpdate
    {
        int dimension = table.Dimension;
        float* nothing = stackalloc float[dimension];
        new Span<float>(nothing, dimension).Clear();
        float* values = table.Pointer;
        float* sums = gradients.Pointer;
        (int first, int step) = gradients.OwnRows;
        for (int row = first; row < table.Rows; row += step)
        {
            int slot = gradients.SlotOf(row);
            float* gradient = slot < 0 ? nothing : sums + ((nint)slot * dimension);
            update.Apply<TWidth>(values + ((nint)row * dimension), gradient, row, Math.Min(sizes[row], dimension));
        }
    }
}
