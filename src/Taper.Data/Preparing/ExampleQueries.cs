using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data.Preparing;

/// <summary>Turns sources, joins or a query into the relation that yields the examples.</summary>
internal sealed class ExampleQueries
{
    private readonly DataConfig config;
    private readonly IReadOnlyDictionary<string, Source> sources;
    private readonly Database database;

    public ExampleQueries(DataConfig config, IReadOnlyDictionary<string, Source> sources, Database database)
    {
        this.config = config;
        this.sources = sources;
        this.database = database;
        if (config.Query is not null || config.Joins.Count > 0)
        {
            LoadSources();
        }
    }

    /// <summary>The relation whose examples come from <paramref name="source"/>.</summary>
    /// <param name="source">The source of the examples.</param>
    /// <param name="columns">Which columns are wanted, of those the relation has.</param>
    public ExampleQuery From(Source source, Func<IReadOnlyList<string>, IReadOnlyList<string>> columns) =>
        config.Query is not null ? Queried(source, config.Query, columns)
        : config.Joins.Count > 0 ? Joined(source, columns)
        : Direct(source, columns);

    private static ExampleQuery Direct(Source source, Func<IReadOnlyList<string>, IReadOnlyList<string>> columns)
    {
        IReadOnlyList<string> wanted = columns(source.Columns);
        return new ExampleQuery(source.Select(wanted), wanted, "", source.Title);
    }

    private ExampleQuery Queried(Source source, string query, Func<IReadOnlyList<string>, IReadOnlyList<string>> columns)
    {
        database.Execute($"CREATE OR REPLACE TEMP VIEW examples AS SELECT * FROM {Sql.Name(source.Name)}", "data.query");
        string statement = query.Trim().TrimEnd(';');
        Dictionary<string, string> types = database.Describe($"SELECT * FROM ({statement}\n)", "data.query")
            .ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<string> wanted = columns([.. types.Keys]);
        string texts = string.Join(", ", wanted.Select(column => $"{ParquetSource.AsText(Sql.Name(column), types[column])} AS {Sql.Name(column)}"));

        // A query promises no order; sorted by all that is kept of them, rows that could trade places are equal.
        return new ExampleQuery($"SELECT {texts} FROM ({statement}\n)", wanted, "ORDER BY ALL", "the query's result");
    }

    private ExampleQuery Joined(Source source, Func<IReadOnlyList<string>, IReadOnlyList<string>> columns)
    {
        Dictionary<string, string> expressions = new(StringComparer.OrdinalIgnoreCase);
        foreach (string column in source.Columns)
        {
            expressions.Add(column, $"e.{Sql.Name(column)}");
        }

        List<string> joins = [];
        foreach ((JoinConfig join, int number) in config.Joins.Select((join, number) => (join, number)))
        {
            Source other = sources[join.Source];
            string conditions = string.Join(" AND ", join.On.Select(column => Equal(expressions, other, $"j{number}", column)));
            joins.Add($"{(join.Kind == JoinKind.Left ? "LEFT" : "INNER")} JOIN {Sql.Name(other.Name)} j{number} ON {conditions}");
            foreach (string column in other.Columns.Where(column => !join.On.Contains(column, StringComparer.OrdinalIgnoreCase)))
            {
                if (!expressions.TryAdd(column, $"j{number}.{Sql.Name(column)}"))
                {
                    expressions[$"{other.Name}_{column}"] = $"j{number}.{Sql.Name(column)}";
                }
            }
        }

        IReadOnlyList<string> wanted = columns([.. expressions.Keys]);
        string texts = string.Join(", ", wanted.Select(column => $"{expressions[column]} AS {Sql.Name(column)}"));
        return new ExampleQuery(
            $"SELECT {texts} FROM {Sql.Name(source.Name)} e {string.Join(' ', joins)}", wanted, "ORDER BY e.rowid", $"{source.Title}, joined");
    }

    private static string Equal(Dictionary<string, string> expressions, Source other, string alias, string column)
    {
        if (!expressions.TryGetValue(column, out string? left) || !other.Columns.Contains(column, StringComparer.OrdinalIgnoreCase))
        {
            throw new DataException(
                $"data.joins: the column {column} is not on both sides of the join of {other.Title}, which has {string.Join(", ", other.Columns)}.");
        }

        return $"{left} = {alias}.{Sql.Name(column)}";
    }

    private void LoadSources()
    {
        foreach (Source source in sources.Values)
        {
            database.Execute($"CREATE TABLE {Sql.Name(source.Name)} AS {source.Select(source.Columns)}", $"reading {source.Title}");
        }

        foreach (JoinConfig join in config.Joins)
        {
            RefuseRepeatedKeys(sources[join.Source], join);
        }
    }

    private void RefuseRepeatedKeys(Source source, JoinConfig join)
    {
        string? unknown = join.On.FirstOrDefault(column => !source.Columns.Contains(column, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new DataException($"{source.Title} has no column {unknown}, which data.joins names; it has {string.Join(", ", source.Columns)}.");
        }

        string keys = string.Join(", ", join.On.Select(Sql.Name));
        string present = string.Join(" AND ", join.On.Select(column => $"{Sql.Name(column)} IS NOT NULL"));
        IReadOnlyList<IReadOnlyList<string?>> repeated = database.Rows(
            $"SELECT {keys} FROM {Sql.Name(source.Name)} WHERE {present} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1", "data.joins");
        if (repeated.Count > 0)
        {
            string key = string.Join(", ", join.On.Zip(repeated[0], (column, value) => $"{column} = {value}"));
            throw new DataException($"{source.Title} has more than one row with {key}, so the join would repeat examples; keep one row per key.");
        }
    }
}
