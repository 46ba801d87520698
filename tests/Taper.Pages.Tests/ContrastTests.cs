using System.Globalization;
using System.Text.RegularExpressions;
using Taper.Server.Page;

namespace Taper.Pages.Tests;

/// <summary>The page's colours by WCAG 2: text 4.5 to 1, shapes that mean something 3 to 1.</summary>
public sealed partial class ContrastTests
{
    [Theory]
    [MemberData(nameof(Pairs))]
    public void Colours_can_be_told_apart(int scheme, string front, string back, double least)
    {
        string css = System.Text.Encoding.UTF8.GetString(PageAsset.LoadAll()["page.css"].Bytes.Span);
        Dictionary<string, double> colours = Colour().Matches(Root().Matches(css)[scheme].Groups["body"].Value)
            .ToDictionary(colour => colour.Groups["name"].Value, colour => Luminance(colour.Groups["hex"].Value));
        double lighter = Math.Max(colours[front], colours[back]), darker = Math.Min(colours[front], colours[back]);
        Assert.InRange((lighter + 0.05) / (darker + 0.05), least, 21);
    }

    /// <summary>Both schemes: light first.</summary>
    public static TheoryData<int, string, string, double> Pairs()
    {
        var pairs = new TheoryData<int, string, string, double>();
        foreach (int scheme in (int[])[0, 1])
        {
            foreach ((string front, string back) in ((string, string)[])
            [
                ("ink", "paper"), ("ink", "panel"), ("ink", "fixed"), ("soft", "paper"), ("soft", "panel"), ("kept", "paper"), ("kept", "panel"),
                ("unknown", "panel"), ("bad", "paper"), ("bad", "panel"), ("good", "paper"), ("on-kept", "kept"),
            ])
            {
                pairs.Add(scheme, front, back, 4.5);
            }

            foreach ((string front, string back) in ((string, string)[])[("edge", "paper"), ("edge", "panel"), ("kept", "fixed"), ("unknown", "fixed")])
            {
                pairs.Add(scheme, front, back, 3);
            }
        }

        return pairs;
    }

    private static double Luminance(string hex)
    {
        double[] channels =
        [
            .. Enumerable.Range(0, 3).Select(i => int.Parse(hex.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
                .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)),
        ];
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    [GeneratedRegex(@":root \{(?<body>[^}]*)\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"--(?<name>[\w-]+): #(?<hex>[0-9a-f]{6});")]
    private static partial Regex Colour();
}
