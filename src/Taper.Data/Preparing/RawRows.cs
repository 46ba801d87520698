using System.Globalization;
using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>
/// All examples as text, in one table of the scratch database: the columns that fields, label and split use, in a
/// fixed order of rows.
/// </summary>
internal sealed class RawRows
{
    /// <summary>What everything after reads: __row (from 0), __split (the split's number) and the columns.</summary>
    public const string View = "taper.rows";

    /// <summary>The table behind it, without __row.</summary>
    public const string Table = "taper.raw";

    private readonly Database database;
    private readonly List<(Source Source, ExampleQuery Query, long FirstRow)> parts = [];

    private RawRows(Database database) => this.database = database;

    /// <summary>The number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the examples of every part into the table, and makes the view.</summary>
    public static RawRows Load(IReadOnlyList<Source> parts, ExampleQueries queries, SplitRule split, RawColumns columns, Database database)
    {
        RawRows rows = new(database);
        database.Execute("CREATE SCHEMA taper", "preparing");
        foreach ((Source source, int number) in parts.Select((source, number) => (source, number)))
        {
            ExampleQuery query = queries.From(source, available => columns.Among(available, source));
            rows.Add(source, query, split.AtLoading(number));
        }

        database.Execute(
            $"CREATE VIEW {View} AS SELECT rowid AS __row, CAST({split.AfterLoading(rows, database)} AS UTINYINT) AS __split, * EXCLUDE (__split) FROM {Table}", "data.split");
        return rows;
    }

    /// <summary>A row as a person would look for it: the file and the number of the row in it.</summary>
    public string Locate(long row)
    {
        (Source source, ExampleQuery query, long first) = parts.Last(part => part.FirstRow <= row);
        long number = row - first + 1;
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

    private void Add(Source source, ExampleQuery query, string split)
    {
        string texts = string.Join(", ", query.Columns.Select(Sql.Name));
        string select = $"SELECT {texts}, CAST({split} AS UTINYINT) AS __split FROM ({query.Sql} {query.Order})";
        string doing = query.Order == "ORDER BY ALL" ? "data.query" : $"reading {query.Title}";
        database.Execute(parts.Count == 0 ? $"CREATE TABLE {Table} AS {select}" : $"INSERT INTO {Table} {select}", doing);
        parts.Add((source, query, Count));
        Count = database.Number($"SELECT count(*) FROM {Table}", "counting rows");
    }
}
