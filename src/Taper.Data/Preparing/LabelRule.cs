using System.Globalization;
using System.Text.Json;
using Taper.Configuration;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>
/// The label expression. Columns are text; those it uses that hold numbers (more than half of their values are) are
/// numbers in it, since DuckDB would otherwise compare '3.5' with 4 as rounded whole numbers.
/// </summary>
internal static class LabelRule
{
    private const string Doing = "data.label";

    /// <summary>The names of the columns an expression uses, as written.</summary>
    /// <exception cref="ConfigException">It is not a SQL expression.</exception>
    public static IReadOnlyList<string> ColumnsOf(string expression, Database database)
    {
        List<string> columns = [];
        using JsonDocument tree = Parsed(expression, database);
        Visit(tree.RootElement, "COLUMN_REF", node => columns.Add(node.GetProperty("column_names").EnumerateArray().Last().GetString()!));
        return [.. columns.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether an expression looks at other rows than its own: with a window, or a query.</summary>
    /// <exception cref="ConfigException">It is not a SQL expression.</exception>
    public static bool SeesOtherRows(string expression, Database database)
    {
        bool sees = false;
        using JsonDocument tree = Parsed(expression, database);
        Visit(tree.RootElement, "WINDOW", _ => sees = true);
        Visit(tree.RootElement, "SUBQUERY", _ => sees = true);
        return sees;
    }

    /// <summary>What a column holds in <see cref="RawRows.Table"/>.</summary>
    public static ColumnCounts Count(string column, Database database)
    {
        IReadOnlyList<string?> counts = database.Rows(
            $"SELECT count({Sql.Name(column)}), count({Sql.Number(Sql.Name(column))}) FROM {RawRows.Table}", Doing)[0];
        return new ColumnCounts(long.Parse(counts[0]!, CultureInfo.InvariantCulture), long.Parse(counts[1]!, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// A SELECT of split and label (0, 1, or NULL for anything else) over <see cref="RawRows.Table"/>.
    /// </summary>
    /// <param name="expression">The label as the configuration says it.</param>
    /// <param name="numbers">The columns it uses that hold numbers.</param>
    /// <param name="split">The split of a row, as SQL.</param>
    public static string Select(string expression, IReadOnlyList<string> numbers, string split)
    {
        IReadOnlyList<string> replaced = [.. numbers.Select(column => $"{Sql.Number(Sql.Name(column))} AS {Sql.Name(column)}")];
        string typed = replaced.Count == 0 ? "* EXCLUDE (__split)" : $"* EXCLUDE (__split) REPLACE ({string.Join(", ", replaced)})";
        return "SELECT __split AS split, CAST(CASE WHEN text IN ('1', '1.0', 'true') THEN 1 WHEN text IN ('0', '0.0', 'false') THEN 0 END AS UTINYINT) AS label "
            + $"FROM (SELECT __split, CAST(({expression}\n) AS VARCHAR) AS text FROM (SELECT {typed}, CAST({split} AS UTINYINT) AS __split FROM {RawRows.Table}))";
    }

    private static JsonDocument Parsed(string expression, Database database)
    {
        string json = (string)database.Scalar($"SELECT CAST(json_serialize_sql({Sql.Text($"SELECT ({expression}\n)")}) AS VARCHAR)", Doing)!;
        JsonDocument tree = JsonDocument.Parse(json);
        if (tree.RootElement.GetProperty("error").GetBoolean())
        {
            string? error = tree.RootElement.GetProperty("error_message").GetString();
            tree.Dispose();
            throw new ConfigException($"{Doing}: {expression} is not a SQL expression ({error}).");
        }

        return tree;
    }

    private static void Visit(JsonElement node, string kind, Action<JsonElement> visitor)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in node.EnumerateArray())
            {
                Visit(item, kind, visitor);
            }
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            if (node.TryGetProperty("class", out JsonElement own) && own.ValueEquals(kind))
            {
                visitor(node);
            }

            foreach (JsonProperty property in node.EnumerateObject())
            {
                Visit(property.Value, kind, visitor);
            }
        }
    }
}
