using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>Which rows an update visits.</summary>
internal static unsafe class RowUpdates
{
    /// <summary>The rows of the batch, each once.</summary>
    public static void Touched<TWidth, TUpdate>(
        EmbeddingTable table, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TUpdate : struct, IRowUpdate
    {
        if (table.Starts is { } starts)
        {
            Touched<TWidth, CompactLayout, TUpdate>(table.Pointer, new CompactLayout(starts), gradients, sizes, update);
            GC.KeepAlive(starts);
        }
        else
        {
            Touched<TWidth, FullLayout, TUpdate>(table.Pointer, new FullLayout(table.Dimension), gradients, sizes, update);
        }
    }

    /// <summary>Every row that the gradients sum; those that the batch did not touch have a gradient of zero.</summary>
    public static void All<TWidth, TUpdate>(
        EmbeddingTable table, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TUpdate : struct, IRowUpdate
    {
        if (table.Starts is { } starts)
        {
            All<TWidth, CompactLayout, TUpdate>(table.Pointer, new CompactLayout(starts), gradients, sizes, update);
            GC.KeepAlive(starts);
        }
        else
        {
            All<TWidth, FullLayout, TUpdate>(table.Pointer, new FullLayout(table.Dimension), gradients, sizes, update);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Touched<TWidth, TLayout, TUpdate>(
        float* values, TLayout layout, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TLayout : struct, IRowLayout
        where TUpdate : struct, IRowUpdate
    {
        int dimension = gradients.Dimension;
        float* gradient = gradients.Pointer;
        ReadOnlySpan<int> rows = gradients.Rows;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            layout.AskAhead(values, rows, i);
            update.AskAhead(layout, rows, i);
            nint start = layout.Start(row);
            update.Apply<TWidth>(values + start, gradient, new RowPlace(row, start, Math.Min(sizes[row], layout.Room(row))));
            gradient += dimension;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void All<TWidth, TLayout, TUpdate>(
        float* values, TLayout layout, RowGradients gradients, PrefixSizes sizes, TUpdate update)
        where TWidth : struct, IWidth
        where TLayout : struct, IRowLayout
        where TUpdate : struct, IRowUpdate
    {
        int dimension = gradients.Dimension;
        float* nothing = stackalloc float[dimension];
        new Span<float>(nothing, dimension).Clear();
        float* sums = gradients.Pointer;
        (int first, int step) = gradients.OwnRows;
        for (int row = first; row < gradients.TableRows; row += step)
        {
            int slot = gradients.SlotOf(row);
            float* gradient = slot < 0 ? nothing : sums + ((nint)slot * dimension);
            nint start = layout.Start(row);
            update.Apply<TWidth>(values + start, gradient, new RowPlace(row, start, Math.Min(sizes[row], layout.Room(row))));
        }
    }
}
