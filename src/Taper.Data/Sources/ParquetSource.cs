using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>
/// Parquet files; every column is read as text, a list as its values joined by "|". Types are those of the first file: where only later
/// ones are read, their values are cast to them, as DuckDB does that reads all.
/// </summary>
internal sealed class ParquetSource : Source
{
    private readonly Dictionary<string, string> types;
    private readonly IReadOnlyList<IReadOnlyList<string>> alike; // files that follow each other and may be read at once

    public ParquetSource(string name, IReadOnlyList<string> files, string first, Database database)
        : base(name, files)
    {
        IReadOnlyList<(string Name, string Type)> columns = ColumnsOf(first, database);
        Columns = [.. columns.Select(column => column.Name)];
        types = columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
        alike = files[0] == first ? [files] : Alike(files, database);
    }

    public override IReadOnlyList<string> Columns { get; }

    public override string Select(IEnumerable<string> columns)
    {
        string texts = string.Join(", ", columns.Select(column => $"{AsText($"CAST({Sql.Name(column)} AS {types[column]})", types[column])} AS {Sql.Name(column)}"));
        return string.Join(" UNION ALL ", alike.Select(files => $"SELECT {texts} FROM {Table(files, "")}"));
    }

    public override string CountByFile() =>
        $"SELECT file, count(*) FROM {Table(Files, ", filename='file'")} GROUP BY file ORDER BY file";

    /// <summary>A column of any type as text.</summary>
    public static string AsText(string column, string type) =>
        type.EndsWith("[]", StringComparison.Ordinal) ? $"array_to_string({column}, '|')" : $"CAST({column} AS VARCHAR)";

    private static List<List<string>> Alike(IReadOnlyList<string> files, Database database)
    {
        List<List<string>> alike = [];
        IReadOnlyList<(string, string)> before = [];
        foreach (string file in files)
        {
            IReadOnlyList<(string, string)> columns = ColumnsOf(file, database);
            if (alike.Count == 0 || !columns.SequenceEqual(before))
            {
                alike.Add([]);
            }

            alike[^1].Add(file);
            before = columns;
        }

        return alike;
    }

    private static IReadOnlyList<(string Name, string Type)> ColumnsOf(string file, Database database) =>
        database.Describe($"SELECT * FROM {Table([file], "")}", $"reading {file}");

    private static string Table(IReadOnlyList<string> files, string more) =>
        $"read_parquet({Sql.List(files.Select(SourceFiles.Literal))}, binary_as_string=true{more})";
}
