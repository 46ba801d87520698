using System.Text;

namespace Taper.Studies.Reports;

/// <summary>Builds a page of HTML; every text is escaped.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _html = new();

    public HtmlText(string title, string style) => _html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>").Append(Escaped(title))
        .Append("</title>\n<style>\n").Append(style).Append("</style>\n</head>\n<body>\n");

    /// <summary>An element that holds a text.</summary>
    public HtmlText Element(string name, string text, string style = "")
    {
        string attribute = style.Length == 0 ? "" : $" class=\"{style}\"";
        _html.Append('<').Append(name).Append(attribute).Append('>').Append(Escaped(text)).Append("</").Append(name).Append(">\n");
        return this;
    }

    /// <summary>A figure with its caption.</summary>
    public HtmlText Figure(string svg, string caption)
    {
        _html.Append("<figure>\n").Append(svg).Append("\n<figcaption>").Append(Escaped(caption)).Append("</figcaption>\n</figure>\n");
        return this;
    }

    /// <summary>A table that scrolls by itself where it is too wide; a line parts groups of rows with the same first cell.</summary>
    public HtmlText Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        _html.Append("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>").AppendJoin("", header.Select(cell => $"<th scope=\"col\">{Escaped(cell)}</th>"))
            .Append("</tr></thead>\n<tbody>\n");
        IReadOnlyList<string>[] all = [.. rows];
        bool grouped = all.Select(row => row[0]).Distinct().Count() < all.Length;
        for (int i = 0; i < all.Length; i++)
        {
            _html.Append(grouped && i > 0 && all[i - 1][0] != all[i][0] ? "<tr class=\"first\">" : "<tr>")
                .AppendJoin("", all[i].Select(cell => $"<td>{Escaped(cell)}</td>")).Append("</tr>\n");
        }

        _html.Append("</tbody></table></div>\n");
        return this;
    }

    /// <summary>What a reader opens when it is wanted.</summary>
    public HtmlText Details(string summary, Action<HtmlText> content)
    {
        _html.Append("<details><summary>").Append(Escaped(summary)).Append("</summary>\n");
        content(this);
        _html.Append("</details>\n");
        return this;
    }

    /// <summary>A text that stays a text, in an element or in an attribute.</summary>
    public static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);

    /// <summary>The whole page.</summary>
    public override string ToString() => _html + "</body>\n</html>\n";
}
