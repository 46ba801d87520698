using System.Text.RegularExpressions;
using Taper.Configuration;

namespace Taper.Data.Duck;

/// <summary>Turns what DuckDB says into one line for the user.</summary>
internal static partial class DuckError
{
    private const string TooLittle = "no space left";

    /// <summary>The exception to throw for a failed statement.</summary>
    /// <param name="text">What DuckDB says; it starts with the kind of the error.</param>
    /// <param name="doing">What was being done, as the start of a sentence: "reading the sources".</param>
    /// <param name="error">What was thrown, if anything.</param>
    public static Exception Translate(string text, string doing, Exception? error = null)
    {
        if (CsvLine().Match(text) is { Success: true } line)
        {
            return new DataException(CsvMessage(text, line.Groups[1].Value), error);
        }

        string message = $"{doing}: {FirstLine(text)}";
        return text.Split(' ', 2)[0] switch
        {
            "Parser" or "Syntax" or "Binder" or "Catalog" => new ConfigException($"{message}; mend the SQL.", error),
            "Out" => new DataException($"{message}; raise data.memory_limit or free disk space.", error),
            _ when text.Contains(TooLittle, StringComparison.OrdinalIgnoreCase) => new DataException($"{message}; free disk space and try again.", error),
            _ => new DataException(message, error),
        };
    }

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
