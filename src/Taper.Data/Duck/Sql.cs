using Taper.Embeddings.Features;

namespace Taper.Data.Duck;

/// <summary>Pieces of SQL that more than one step writes.</summary>
internal static class Sql
{
    /// <summary>A name as a quoted identifier.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text literal.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A list of text literals.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Text))}]";

    /// <summary>
    /// The finite number that a text expression holds, else NULL. What counts as a number is what .NET parses: DuckDB
    /// alone would also take digit groups such as 1_000.
    /// </summary>
    public static string Number(string text) =>
        $"(CASE WHEN contains({text}, '_') THEN NULL WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN TRY_CAST({text} AS DOUBLE) END)";

    /// <summary>The seconds since 1970 of the date and time that a text expression holds, else NULL.</summary>
    public static string Seconds(string text) => $"epoch(TRY_CAST({text} AS TIMESTAMP))";

    /// <summary>The bucket of a finite number as text, NULL for NULL: <see cref="LogBucket.Of"/> in SQL.</summary>
    public static string LogBucketOf(string number) =>
        $"CAST(CAST(sign({number}) * floor(2 * log2(1 + abs({number}))) AS INTEGER) AS VARCHAR)";
}
