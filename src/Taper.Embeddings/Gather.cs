using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings;

/// <summary>
/// Looks up the embeddings of one field of a batch. Example i is written to output[i · stride .. + D]; what lies
/// between is left alone, so that the fields of a batch share one [N, fields · D] buffer. Allocates nothing.
/// </summary>
public static unsafe class Gather
{
    /// <summary>Writes the kept prefix of each row and zeros beyond it; pooled fields are pooled.</summary>
    /// <param name="table">rows × D, or compact.</param>
    /// <param name="lookup">N examples.</param>
    /// <param name="sizes">The kept sizes, or default to keep all that a row has.</param>
    /// <param name="output">At least (N - 1) · stride + D floats.</param>
    /// <param name="stride">Floats from one example to the next, D or more.</param>
    /// <exception cref="ArgumentException">A row, offset or length is out of range.</exception>
    public static void Prefix(EmbeddingTable table, Lookup lookup, PrefixSizes sizes, Span<float> output, int stride) =>
        Prefix<HardwareWidth>(table, lookup, sizes, output, stride);

    /// <summary>Writes each row multiplied by the mask of its group; pooled fields are pooled.</summary>
    /// <param name="table">rows × D, not compact.</param>
    /// <param name="lookup">N examples.</param>
    /// <param name="mask">groups × D numbers.</param>
    /// <param name="output">At least (N - 1) · stride + D floats.</param>
    /// <param name="stride">Floats from one example to the next, D or more.</param>
    /// <exception cref="ArgumentException">A row, group, offset or length is out of range, or the table is compact.</exception>
    public static void Masked(EmbeddingTable table, Lookup lookup, SoftMask mask, Span<float> output, int stride) =>
        Masked<HardwareWidth>(table, lookup, mask, output, stride);

    internal static void Prefix<TWidth>(
        EmbeddingTable table, Lookup lookup, PrefixSizes sizes, Span<float> output, int stride)
        where TWidth : struct, IWidth
    {
        if (table.Starts is { } starts)
        {
            Prefix<TWidth, CompactLayout>(table, new CompactLayout(starts), lookup, sizes, output, stride);
            GC.KeepAlive(starts);
        }
        else
        {
            Prefix<TWidth, FullLayout>(table, new FullLayout(table.Dimension), lookup, sizes, output, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prefix<TWidth, TLayout>(
        EmbeddingTable table, TLayout layout, Lookup lookup, PrefixSizes sizes, Span<float> output, int stride)
        where TWidth : struct, IWidth
        where TLayout : struct, IRowLayout
    {
        int dimension = table.Dimension;
        lookup.Check(table.Rows, dimension, output.Length, stride);
        fixed (float* start = output)
        {
            float* values = table.Pointer;
            float* destination = start;
            if (!lookup.Offsets.IsEmpty)
            {
                PooledPrefix<TWidth, TLayout>(table, layout, lookup, sizes, destination, stride);
                return;
            }

            ReadOnlySpan<int> rows = lookup.Rows;
            for (int i = 0; i < rows.Length; i++)
            {
                int row = rows[i];
                layout.AskAhead(values, rows, i);
                int size = Math.Min(sizes[row], layout.Room(row));
                Copy work = new(destination, values + layout.Start(row));
                int done = Elementwise.Run<TWidth, Copy>(work, size, dimension);
                if (done < dimension)
                {
                    Clear(destination + done, dimension - done);
                }

                destination += stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Masked<TWidth>(
        EmbeddingTable table, Lookup lookup, SoftMask mask, Span<float> output, int stride)
        where TWidth : struct, IWidth
    {
        Refusal.IfCompact(table);
        int dimension = table.Dimension;
        int groups = mask.Values.Length / dimension;
        lookup.Check(table.Rows, dimension, output.Length, stride);
        fixed (float* start = output, masks = mask.Values)
        {
            float* values = table.Pointer;
            float* destination = start;
            if (!lookup.Offsets.IsEmpty)
            {
                PooledMasked<TWidth>(table, lookup, mask, destination, stride);
                return;
            }

            foreach (int row in lookup.Rows)
            {
                float* factors = masks + mask.Start(row, dimension, groups);
                Multiply work = new(destination, values + ((nint)row * dimension), factors);
                Elementwise.Run<TWidth, Multiply>(work, dimension, dimension);
                destination += stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PooledPrefix<TWidth, TLayout>(
        EmbeddingTable table, TLayout layout, Lookup lookup, PrefixSizes sizes, float* destination, int stride)
        where TWidth : struct, IWidth
        where TLayout : struct, IRowLayout
    {
        int dimension = table.Dimension;
        float* values = table.Pointer;
        for (int example = 0; example < lookup.Count; example++, destination += stride)
        {
            ReadOnlySpan<int> rows = lookup.RowsOf(example);
            float weight = lookup.Weight(rows.Length);
            Clear(destination, dimension);
            foreach (int row in rows)
            {
                AddScaled work = new(destination, values + layout.Start(row), weight);
                Elementwise.Run<TWidth, AddScaled>(work, Math.Min(sizes[row], layout.Room(row)), dimension);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PooledMasked<TWidth>(
        EmbeddingTable table, Lookup lookup, SoftMask mask, float* destination, int stride)
        where TWidth : struct, IWidth
    {
        int dimension = table.Dimension;
        int groups = mask.Values.Length / dimension;
        float* values = table.Pointer;
        fixed (float* masks = mask.Values)
        {
            for (int example = 0; example < lookup.Count; example++, destination += stride)
            {
                ReadOnlySpan<int> rows = lookup.RowsOf(example);
                float weight = lookup.Weight(rows.Length);
                Clear(destination, dimension);
                foreach (int row in rows)
                {
                    float* factors = masks + mask.Start(row, dimension, groups);
                    AddProduct work = new(destination, values + ((nint)row * dimension), factors, weight);
                    Elementwise.Run<TWidth, AddProduct>(work, dimension, dimension);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(float* destination, int count) => new Span<float>(destination, count).Clear();
}
