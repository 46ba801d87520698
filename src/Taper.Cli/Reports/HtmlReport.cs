using System.Globalization;
using System.Net;
using System.Text;
using Taper.Embeddings.Storage;

namespace Taper.Cli.Reports;

/// <summary>Reports as one HTML page that needs nothing else: no script, no font, no network.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6b7c; --paper: #fff; --line: #d8dee6; --bar: #2563a8; --rest: #e9eef4; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9aa9b8; --paper: #14191f; --line: #323c47; --bar: #6aa9ec; --rest: #232c36; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
        figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .9rem; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
        svg .soft { fill: var(--soft); } svg .bar { fill: var(--bar); } svg .rest { fill: var(--rest); }
        summary { cursor: pointer; color: var(--soft); }
        """;

    /// <summary>Writes the page of one or more models.</summary>
    public static void Write(string path, string title, IReadOnlyList<SizeReport> reports)
    {
        string page = Page(title, reports);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    /// <summary>The page's text.</summary>
    public static string Page(string title, IReadOnlyList<SizeReport> reports)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Text(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<h1>{Text(title)}</h1>\n");
        foreach (SizeReport report in reports)
        {
            Append(html, report);
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, SizeReport report)
    {
        html.Append("<section>\n<h2>").Append(Text(report.Title)).Append("</h2>\n");
        AppendTable(html, ["", ""], report.Facts.Select(f => new[] { f.Name, f.Value }));
        AppendFigure(html, $"Mean kept embedding size by vocabulary, of {report.Dimension}", BarPlot.Svg(
            "Mean kept embedding size by vocabulary",
            report.Dimension,
            [.. report.Vocabularies.Select(v => new BarPlotBar(v.Name, v.Sizes.MeanSize, $"{SizeChart.Count(v.Sizes.Values)} values"))]));
        foreach (VocabularyReport vocabulary in report.Vocabularies)
        {
            Append(html, report, vocabulary);
        }

        html.Append("</section>\n");
    }

    private static void Append(StringBuilder html, SizeReport report, VocabularyReport vocabulary)
    {
        html.Append("<h3>").Append(Text(vocabulary.Name)).Append("</h3>\n");
        AppendFigure(html, $"{vocabulary.Name}: mean kept size by frequency decile, most frequent values first", BarPlot.Svg(
            $"Mean kept size of {vocabulary.Name} by frequency decile",
            report.Dimension,
            [.. vocabulary.Sizes.ByFrequency.Select(c => new BarPlotBar(
                c.Decile.ToString(CultureInfo.InvariantCulture), c.MeanSize, $"seen {SizeChart.Range(c)} times"))]));
        html.Append("<details><summary>Numbers</summary>\n");
        AppendTable(html, ["decile", "values", "seen, fewest", "seen, most", "mean size"], vocabulary.Sizes.ByFrequency.Select(c => new[]
        {
            c.Decile.ToString(CultureInfo.InvariantCulture),
            SizeChart.Count(c.Values),
            SizeChart.Count(c.FewestCount),
            SizeChart.Count(c.MostCount),
            c.MeanSize.ToString("0.00", CultureInfo.InvariantCulture),
        }));
        AppendTable(html, ["kept size", "values"], vocabulary.Sizes.Histogram.Index().Where(h => h.Item > 0).Select(h => new[]
        {
            h.Index.ToString(CultureInfo.InvariantCulture), SizeChart.Count(h.Item),
        }));
        html.Append("</details>\n");
    }

    private static void AppendFigure(StringBuilder html, string caption, string svg) =>
        html.Append("<figure>\n").Append(svg).Append("<figcaption>").Append(Text(caption)).Append("</figcaption>\n</figure>\n");

    private static void AppendTable(StringBuilder html, string[] header, IEnumerable<string[]> rows)
    {
        html.Append("<div class=\"scroll\"><table>\n");
        if (header.Any(h => h.Length > 0))
        {
            html.Append("<thead><tr>").AppendJoin("", header.Select(h => $"<th scope=\"col\">{Text(h)}</th>")).Append("</tr></thead>\n");
        }

        html.Append("<tbody>\n");
        foreach (string[] row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => i == 0
                ? $"<th scope=\"row\">{Text(cell)}</th>"
                : $"<td>{Text(cell)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
