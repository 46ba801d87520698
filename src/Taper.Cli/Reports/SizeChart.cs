using System.Globalization;
using Taper.Cli.Terminal;
using Taper.Models;

namespace Taper.Cli.Reports;

/// <summary>A size report as a chart of text bars.</summary>
internal static class SizeChart
{
    private const int Width = 32;

    public static void Write(Shell shell, SizeReport report)
    {
        shell.Result(report.Title);
        int longest = report.Facts.Count == 0 ? 0 : report.Facts.Max(f => f.Name.Length);
        foreach ((string name, string value) in report.Facts)
        {
            shell.Result($"  {name.PadRight(longest)}  {value}");
        }

        shell.Result("");
        shell.Result($"Mean kept size by vocabulary (of {report.Dimension})");
        int width = report.Vocabularies.Count == 0 ? 0 : report.Vocabularies.Max(v => v.Name.Length);
        foreach (VocabularyReport vocabulary in report.Vocabularies)
        {
            shell.Result(Line(vocabulary.Name.PadRight(width), vocabulary.Sizes.MeanSize, report.Dimension,
                $"{Count(vocabulary.Sizes.Values)} values, {Count(vocabulary.Sizes.Parameters)} parameters"));
        }

        foreach (VocabularyReport vocabulary in report.Vocabularies)
        {
            shell.Result("");
            shell.Result($"{vocabulary.Name}: mean kept size by frequency decile, most frequent first");
            foreach (FrequencyDecile part in vocabulary.Sizes.ByFrequency)
            {
                shell.Result(Line(part.Decile.ToString(CultureInfo.InvariantCulture).PadLeft(2), part.MeanSize, report.Dimension,
                    $"{Count(part.Values)} values seen {Range(part)} times"));
            }
        }
    }

    /// <summary>How often the values of a class were seen.</summary>
    public static string Range(FrequencyDecile part) => part.FewestCount == part.MostCount
        ? Count(part.MostCount)
        : $"{Count(part.FewestCount)} to {Count(part.MostCount)}";

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Line(string name, double size, int dimension, string words)
    {
        int eighths = (int)Math.Round(size / dimension * Width * 8);
        string bar = new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : ((char)('█' + (8 - (eighths % 8)))).ToString());
        return string.Create(CultureInfo.InvariantCulture, $"  {name} {bar.PadRight(Width)} {size,5:0.00}  {words}");
    }
}
