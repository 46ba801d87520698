using Taper.Data.Duck;

namespace Taper.Data;

/// <summary>Some raw rows as text. Lent by <see cref="RowSource"/>: valid until the next chunk is read.</summary>
public sealed class RawChunk
{
    private readonly ChunkStream stream;

    internal RawChunk(ChunkStream stream) => this.stream = stream;

    /// <summary>The number of rows.</summary>
    public int Count => stream.Count;

    /// <summary>A value; null when it is missing.</summary>
    /// <param name="column">The column's place among those asked for.</param>
    /// <param name="row">The row, from 0 to Count - 1.</param>
    public string? this[int column, int row] => stream.Text(column, row);

    /// <summary>A value's UTF-8 text without a copy; empty when it is missing.</summary>
    /// <param name="column">The column's place among those asked for.</param>
    /// <param name="row">The row, from 0 to Count - 1.</param>
    public ReadOnlySpan<byte> Utf8(int column, int row) => stream.Utf8(column, row);
}
