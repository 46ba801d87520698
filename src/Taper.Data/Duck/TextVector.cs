using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>A column of texts in DuckDB's memory; valid as long as the chunk it belongs to.</summary>
internal readonly unsafe struct TextVector
{
    private readonly DuckText* texts;
    private readonly ulong* validity;

    public TextVector(nint vector, int count)
    {
        texts = (DuckText*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
        validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        Count = count;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The text of a row; empty for NULL.</summary>
    public DuckText this[int row] => validity == null || (validity[row / 64] & (1UL << (row % 64))) != 0 ? texts[row] : default;
}
