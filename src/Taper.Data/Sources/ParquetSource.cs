using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>Parquet files; every column is read as text, a list as its values joined by "|".</summary>
internal sealed class ParquetSource : Source
{
    private readonly Dictionary<string, string> types;

    public ParquetSource(string name, IReadOnlyList<string> files, Database database)
        : base(name, files)
    {
        IReadOnlyList<(string Name, string Type)> columns = database.Describe($"SELECT * FROM {Table("")}", $"reading {Title}");
        Columns = [.. columns.Select(column => column.Name)];
        types = columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
    }

    public override IReadOnlyList<string> Columns { get; }

    public override string Select(IEnumerable<string> columns) =>
        $"SELECT {string.Join(", ", columns.Select(column => $"{AsText(Sql.Name(column), types[column])} AS {Sql.Name(column)}"))} FROM {Table("")}";

    public override string CountByFile() =>
        $"SELECT file, count(*) FROM {Table(", filename='file'")} GROUP BY file ORDER BY file";

    /// <summary>A column of any type as text.</summary>
    public static string AsText(string column, string type) =>
        type.EndsWith("[]", StringComparison.Ordinal) ? $"array_to_string({column}, '|')" : $"CAST({column} AS VARCHAR)";

    private string Table(string more) =>
        $"read_parquet({Sql.List(Files.Select(SourceFiles.Literal))}, binary_as_string=true{more})";
}
