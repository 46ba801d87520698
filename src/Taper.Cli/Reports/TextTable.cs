namespace Taper.Cli.Reports;

/// <summary>Lines of a table in plain text: the first column flush left, the others flush right.</summary>
internal static class TextTable
{
    public static IEnumerable<string> Of(string[] header, IEnumerable<string[]> rows)
    {
        List<string[]> all = [header, .. rows];
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(c => all.Max(r => r[c].Length))];
        return all.Select(row => string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))));
    }
}
