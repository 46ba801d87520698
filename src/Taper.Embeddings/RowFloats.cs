namespace Taper.Embeddings;

/// <summary>
/// Rows of floats in zeroed native memory aligned to 64 bytes: all of one width, or compact, each with room for its kept
/// prefix alone. Dispose frees the memory.
/// </summary>
internal sealed unsafe class RowFloats : IDisposable
{
    private readonly NativeFloats values;

    public RowFloats(int rows, int width, RowStarts? starts)
    {
        Rows = rows;
        Width = width;
        Starts = starts;
        Count = starts?.Count ?? (long)rows * width;
        values = new NativeFloats(starts is null ? Count : Count + width); // kernels read whole vectors behind the last prefix
    }

    public int Rows { get; }

    public int Width { get; }

    /// <summary>Null where every row has the full width.</summary>
    public RowStarts? Starts { get; }

    public long Count { get; }

    public nint ByteLength => (nint)(Count * sizeof(float));

    public float* Pointer => values.Pointer;

    /// <summary>One row: as many floats as it has room for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
            return Starts is null
                ? new Span<float>(Pointer + ((nint)row * Width), Width)
                : new Span<float>(Pointer + Starts.Start(row), Starts.SizeOf(row));
        }
    }

    /// <summary>The kept prefixes alone, in memory of their own.</summary>
    public RowFloats ToCompact(RowStarts starts)
    {
        RowFloats compact = new(Rows, Width, starts);
        for (int row = 0; row < Rows; row++)
        {
            Span<float> kept = compact[row];
            this[row][..kept.Length].CopyTo(kept);
        }

        return compact;
    }

    public void Dispose() => values.Dispose();
}
