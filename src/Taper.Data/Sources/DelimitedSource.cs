using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>Text with a delimiter between the columns.</summary>
internal sealed class DelimitedSource : Source
{
    private readonly string delimiter;
    private readonly string quote;
    private readonly bool hasHeader;

    public DelimitedSource(SourceConfig config, IReadOnlyList<string> files, string first, Database database)
        : base(config.Name, files)
    {
        delimiter = config.Delimiter ?? ",";
        quote = config.Quote;
        hasHeader = config.Columns.Count == 0;
        Columns = hasHeader ? HeaderOf(first, database) : config.Columns;
        RefuseTwice(first, Columns);
        foreach (string file in hasHeader ? files.Where(file => file != first) : [])
        {
            IReadOnlyList<string> header = HeaderOf(file, database);
            if (!header.SequenceEqual(Columns, StringComparer.Ordinal))
            {
                throw new DataException(
                    $"{file}: its columns ({string.Join(", ", header)}) are not those of {first} ({string.Join(", ", Columns)}); make them the same.");
            }
        }
    }

    public override IReadOnlyList<string> Columns { get; }

    public override string Select(IEnumerable<string> columns) =>
        $"SELECT {string.Join(", ", columns.Select(Sql.Name))} FROM {Table("")}";

    public override string CountByFile() =>
        $"SELECT file, count(*) FROM {Table(", filename='file'")} GROUP BY file ORDER BY file";

    private string Table(string more)
    {
        string columns = string.Join(", ", Columns.Select(column => $"{Sql.Text(column)}: 'VARCHAR'"));
        return $"read_csv({Sql.List(Files.Select(SourceFiles.Literal))}, auto_detect=false, columns={{{columns}}}, "
            + $"header={(hasHeader ? "true" : "false")}, delim={Sql.Text(delimiter)}, quote={Sql.Text(quote)}, "
            + $"escape={Sql.Text(quote)}, nullstr=''{more})";
    }

    private IReadOnlyList<string> HeaderOf(string file, Database database) =>
        DelimitedLine.Split(TextLines.First(file, database).TrimEnd('\r'), delimiter, quote);

    private static void RefuseTwice(string file, IReadOnlyList<string> columns)
    {
        string? twice = columns.GroupBy(column => column, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new DataException($"{file}: the column {twice} appears twice in the header; rename one (upper and lower case are the same).");
        }

        int unnamed = columns.ToList().FindIndex(string.IsNullOrEmpty);
        if (unnamed >= 0)
        {
            throw new DataException($"{file}: column {unnamed + 1} has no name in the header; name it.");
        }
    }
}
