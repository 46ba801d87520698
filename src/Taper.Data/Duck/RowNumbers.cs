using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>A number for each row: a whole one, or a float.</summary>
internal sealed unsafe class RowNumbers<T>(DuckDBType type, Func<int, T> numberOf) : IRowFunction
    where T : unmanaged
{
    public DuckDBLogicalType CreateType() => NativeMethods.LogicalType.DuckDBCreateLogicalType(type);

    public void Fill(ReadOnlySpan<int> rows, nint results)
    {
        T* numbers = (T*)NativeMethods.Vectors.DuckDBVectorGetData(results);
        for (int i = 0; i < rows.Length; i++)
        {
            numbers[i] = numberOf(rows[i]);
        }
    }
}
