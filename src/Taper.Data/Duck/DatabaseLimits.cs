namespace Taper.Data.Duck;

/// <summary>What a database may use.</summary>
/// <param name="Memory">Memory before it spills to disk, as DuckDB reads it: "2GB".</param>
/// <param name="Threads">Threads; 0 for one per core.</param>
internal readonly record struct DatabaseLimits(string Memory, int Threads);
