using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>A list of <paramref name="width"/> floats for each row.</summary>
internal sealed unsafe class RowLists(int width, Action<int, Span<float>> read) : IRowFunction
{
    public DuckDBLogicalType CreateType()
    {
        using DuckDBLogicalType number = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Float);
        return NativeMethods.LogicalType.DuckDBCreateListType(number);
    }

    public void Fill(ReadOnlySpan<int> rows, nint results)
    {
        ulong numbers = (ulong)rows.Length * (ulong)width;
        if (NativeMethods.Vectors.DuckDBListVectorReserve(results, numbers) != DuckDBState.Success
            || NativeMethods.Vectors.DuckDBListVectorSetSize(results, numbers) != DuckDBState.Success)
        {
            throw new InvalidOperationException($"DuckDB has no room for {numbers} numbers.");
        }

        // DuckDB's list: where it starts in the column of all elements, and its length, 8 bytes each.
        long* entries = (long*)NativeMethods.Vectors.DuckDBVectorGetData(results);
        float* elements = (float*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.Vectors.DuckDBListVectorGetChild(results));
        for (int i = 0; i < rows.Length; i++)
        {
            long start = (long)i * width;
            (entries[2 * i], entries[(2 * i) + 1]) = (start, width);
            read(rows[i], new Span<float>(elements + start, width));
        }
    }
}
