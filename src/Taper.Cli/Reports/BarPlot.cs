using System.Globalization;
using System.Net;
using System.Text;

namespace Taper.Cli.Reports;

/// <summary>Horizontal bars as an SVG image; its colours come from the page, its description is its numbers.</summary>
internal static class BarPlot
{
    private const int Width = 640;
    private const int RowHeight = 24;
    private const int NameWidth = 120;
    private const int WordsWidth = 210;
    private const int LongestName = 16;

    public static string Svg(string title, double largest, IReadOnlyList<BarPlotBar> bars)
    {
        int height = bars.Count * RowHeight;
        int span = Width - NameWidth - WordsWidth;
        var svg = new StringBuilder();
        string words = string.Join("; ", bars.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Name}: {b.Value:0.00}")));
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Text($"{title}. {words}")}\">\n");
        for (int i = 0; i < bars.Count; i++)
        {
            BarPlotBar bar = bars[i];
            int top = i * RowHeight, baseline = top + 16;
            double length = largest > 0 ? Math.Clamp(bar.Value / largest, 0, 1) * span : 0;
            string name = bar.Name.Length > LongestName ? bar.Name[..(LongestName - 1)] + "…" : bar.Name;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth - 8}\" y=\"{baseline}\" text-anchor=\"end\">{Text(name)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"rest\" x=\"{NameWidth}\" y=\"{top + 3}\" width=\"{span}\" height=\"18\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{NameWidth}\" y=\"{top + 3}\" width=\"{length:0.#}\" height=\"18\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - WordsWidth + 8}\" y=\"{baseline}\">{bar.Value:0.00} <tspan class=\"soft\">{Text(bar.Words)}</tspan></text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
