using System.Globalization;
using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>
/// All examples in one table of the scratch database, in a fixed order of rows: every field's column encoded (see
/// <see cref="FieldPlan.Encoded"/>), and the columns that label and split use as text. The order of the rows is that of
/// the table; DuckDB keeps it where nothing is sorted.
/// </summary>
internal sealed class RawRows
{
    /// <summary>The schema of all tables that are not the user's.</summary>
    public const string Schema = "taper";

    /// <summary>The table; __split is the split's number, or NULL when the time tells it.</summary>
    public const string Table = "taper.raw";

    /// <summary>The split's number and the label of every row, side by side with <see cref="Table"/>.</summary>
    public const string Labels = "taper.labels";

    /// <summary>The rows of both tables (r and l), in order.</summary>
    public const string Labelled = $"{Table} r POSITIONAL JOIN {Labels} l";

    private readonly Database database;
    private readonly List<(Source Source, ExampleQuery Query, long FirstRow)> parts = [];
    private string? kept;

    private RawRows(Database database) => this.database = database;

    /// <summary>The number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the examples of every part into the table.</summary>
    /// <param name="parts">The sources of the examples and their numbers among all of them, in order.</param>
    /// <param name="queries">What makes examples of them.</param>
    /// <param name="split">Tells the split of a part's rows.</param>
    /// <param name="columns">What is read and kept.</param>
    /// <param name="database">Where the table is made.</param>
    public static RawRows Load(
        IReadOnlyList<(int Number, Source Source)> parts, ExampleQueries queries, SplitRule split, RawColumns columns, Database database)
    {
        RawRows rows = new(database);
        database.Execute($"CREATE SCHEMA {Schema}", "preparing");
        rows.kept = split.Kept(database);
        string where = rows.kept is null ? "" : $" WHERE {rows.kept}";
        foreach ((int number, Source source) in parts)
        {
            ExampleQuery query = queries.From(source, available => columns.Among(available, source));
            rows.Add(source, query, $"SELECT {columns.Stored}, CAST({split.AtLoading(number)} AS UTINYINT) AS __split FROM ({query.Sql} {query.Order}){where}");
        }

        return rows;
    }

    /// <summary>A row as a person would look for it: the file and the number of the row in it.</summary>
    public string Locate(long row)
    {
        (Source source, ExampleQuery query, long first) = parts.Last(part => part.FirstRow <= row);
        long number = row - first + 1;
        if (kept is not null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{query.Title}, row {number} of those that data.split.time keeps");
        }

        if (query.Order.Length == 0)
        {
            foreach (IReadOnlyList<string?> file in source.Files.Count == 1 ? [] : database.Rows(source.CountByFile(), $"reading {source.Title}"))
            {
                long count = long.Parse(file[1]!, CultureInfo.InvariantCulture);
                if (number <= count)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{file[0]}, data row {number}");
                }

                number -= count;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{query.Title}, data row {number}");
    }

    private void Add(Source source, ExampleQuery query, string select)
    {
        string doing = query.Order == "ORDER BY ALL" ? "data.query" : $"reading {query.Title}";
        database.Execute(parts.Count == 0 ? $"CREATE TABLE {Table} AS {select}" : $"INSERT INTO {Table} {select}", doing);
        parts.Add((source, query, Count));
        Count = database.Number($"SELECT count(*) FROM {Table}", "counting rows");
    }
}
