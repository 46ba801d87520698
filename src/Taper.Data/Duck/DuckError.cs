using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Taper.Configuration;

namespace Taper.Data.Duck;

/// <summary>Turns what DuckDB says into one line for the user.</summary>
internal static partial class DuckError
{
    /// <summary>The exception to throw for a failed statement.</summary>
    /// <param name="error">What DuckDB threw.</param>
    /// <param name="doing">What was being done, as the start of a sentence: "reading the sources".</param>
    public static Exception Translate(DuckDBException error, string doing) =>
        Translate(error.Message, error.ErrorType, doing, error);

    /// <summary>The exception to throw for what DuckDB's own interface says.</summary>
    public static Exception Translate(string text, DuckDBErrorType kind, string doing, Exception? error = null)
    {
        if (CsvLine().Match(text) is { Success: true } line)
        {
            return new DataException(CsvMessage(text, line.Groups[1].Value), error);
        }

        return kind switch
        {
            DuckDBErrorType.Parser or DuckDBErrorType.Syntax or DuckDBErrorType.Binder or DuckDBErrorType.Catalog =>
                new ConfigException($"{doing}: {FirstLine(text)}", error),
            DuckDBErrorType.OutOfMemory =>
                new DataException($"{doing}: {FirstLine(text)}; raise data.memory_limit or free disk space.", error),
            DuckDBErrorType.Io when text.Contains("space", StringComparison.OrdinalIgnoreCase) =>
                new DataException($"{doing}: {FirstLine(text)}; free disk space and try again.", error),
            _ => new DataException($"{doing}: {FirstLine(text)}", error),
        };
    }

    /// <summary>The kind of an error that DuckDB gave as text alone, told from how it starts.</summary>
    public static DuckDBErrorType KindOf(string text) =>
        text.StartsWith("Binder", StringComparison.Ordinal) ? DuckDBErrorType.Binder
        : text.StartsWith("Parser", StringComparison.Ordinal) ? DuckDBErrorType.Parser
        : text.StartsWith("Catalog", StringComparison.Ordinal) ? DuckDBErrorType.Catalog
        : text.StartsWith("IO", StringComparison.Ordinal) ? DuckDBErrorType.Io
        : text.StartsWith("Out of Memory", StringComparison.Ordinal) ? DuckDBErrorType.OutOfMemory
        : DuckDBErrorType.Invalid;

    private static string CsvMessage(string text, string line)
    {
        string where = $"{(File().Match(text) is { Success: true } file ? file.Groups[1].Value.Trim() : "the file")}, line {line}";
        if (Columns().Match(text) is { Success: true } columns)
        {
            return $"{where}: {columns.Groups[2].Value} columns where {columns.Groups[1].Value} are expected"
                + $"{Original(text)}; mend the row, or set the source's delimiter or quote.";
        }

        if (text.Contains("unicode", StringComparison.OrdinalIgnoreCase))
        {
            return $"{where}: invalid UTF-8{Original(text)}; convert the file to UTF-8.";
        }

        string problem = text.Contains("unterminated quote", StringComparison.OrdinalIgnoreCase)
            ? "a quoted value is not closed"
            : string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries).Skip(2).TakeWhile(part => part.Length > 0));
        return $"{where}: {problem}{Original(text)}; mend the row, or set the source's delimiter or quote.";
    }

    private static string Original(string text) =>
        OriginalLine().Match(text) is { Success: true } match
            ? $" (\"{(match.Groups[1].Value.Length > 80 ? match.Groups[1].Value[..80] + "…" : match.Groups[1].Value)}\")"
            : "";

    private static string FirstLine(string text)
    {
        string line = text.Split('\n', 2)[0].Trim();
        int colon = line.IndexOf("Error: ", StringComparison.Ordinal);
        return (colon < 0 ? line : line[(colon + "Error: ".Length)..]).TrimEnd('.', '!');
    }

    [GeneratedRegex(@"CSV Error on Line: (\d+)")]
    private static partial Regex CsvLine();

    [GeneratedRegex(@"^\s*file = (.*)$", RegexOptions.Multiline)]
    private static partial Regex File();

    [GeneratedRegex(@"Expected Number of Columns: (\d+) Found: (\d+)")]
    private static partial Regex Columns();

    [GeneratedRegex(@"Original Line: (.*)")]
    private static partial Regex OriginalLine();
}
