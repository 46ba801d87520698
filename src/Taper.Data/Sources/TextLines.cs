using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>Reads text files line by line through DuckDB, so that compression and encoding are its business.</summary>
internal static class TextLines
{
    /// <summary>A table expression with one column, line.</summary>
    public static string Table(IEnumerable<string> files) =>
        $"read_csv({Sql.List(files.Select(SourceFiles.Literal))}, auto_detect=false, columns={{'line': 'VARCHAR'}}, "
        + @"header=false, delim='\0', quote='', escape='', filename='file')";

    /// <summary>The first line of a file.</summary>
    /// <exception cref="DataException">It has none.</exception>
    public static string First(string file, Database database)
    {
        object? line = database.Scalar($"SELECT line FROM {Table([file])} LIMIT 1", $"reading {file}");
        return line as string ?? throw new DataException($"{file}: the first line is empty; it needs a header line and rows.");
    }
}
