using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>A function that SQL can call: what belongs to a row, given its number. Called by many of DuckDB's threads at once.</summary>
internal interface IRowFunction
{
    /// <summary>The type of what it returns.</summary>
    DuckDBLogicalType CreateType();

    /// <summary>Fills a vector of that type, one entry for each row.</summary>
    void Fill(ReadOnlySpan<int> rows, nint results);
}
