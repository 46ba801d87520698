using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;

namespace Taper.Studies.Reports;

/// <summary>Quality against memory: a line a method, a point a budget, the standard deviation over seeds as its bar.</summary>
internal static class QualityPlot
{
    private const int Width = 560, Height = 400, LegendRow = 28, LegendMark = 60, LegendLetter = 10;
    private const float FontSize = 18, LineWidth = 2.5f, MarkerSize = 11;

    /// <summary>Room left and right of the points, as a factor: even a single point has a number of bytes beside it.</summary>
    private const double Room = 1.6;

    private static readonly MarkerShape[] Markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle, MarkerShape.OpenSquare];

    /// <summary>Of middling lightness: they are seen on white, and on black when the page turns the light around.</summary>
    private static readonly Color[] Colours =
        [.. new[] { "#d9730d", "#2f7fd1", "#1f9d55", "#9b59d0", "#d64550", "#159aa5", "#8c6d46", "#7a8794" }.Select(code => Color.FromHex(code))];

    private static readonly int[] Digits = [1, 2, 5];

    /// <summary>Writes the plot of a dataset that has finished runs.</summary>
    public static void Save(ComparedDataset dataset, string png, string svg)
    {
        using Plot plot = Draw(dataset);
        plot.SavePng(png, Width, HeightOf(dataset));
        plot.SaveSvg(svg, Width, HeightOf(dataset));
    }

    /// <summary>The same for a page: without a background, as wide as its place.</summary>
    public static string Svg(ComparedDataset dataset, string description)
    {
        using Plot plot = Draw(dataset);
        plot.FigureBackground.Color = Colors.Transparent;
        string svg = plot.GetSvgXml(Width, HeightOf(dataset));
        string attributes = $"viewBox=\"0 0 {Width} {HeightOf(dataset)}\" role=\"img\" aria-label=\"{HtmlText.Escaped(description)}\" ";
        return "<svg " + attributes + svg[(svg.IndexOf("<svg", StringComparison.Ordinal) + "<svg".Length)..].TrimStart();
    }

    /// <summary>The legend's lines come on top of what the points need.</summary>
    private static int HeightOf(ComparedDataset dataset)
    {
        int length = dataset.Settings.Select(setting => setting.Method).Distinct().Sum(method => LegendMark + (method.Length * LegendLetter));
        return Height + (length / Width * LegendRow);
    }

    private static Plot Draw(ComparedDataset dataset)
    {
        Plot plot = new();
        foreach ((int number, IGrouping<string, SettingSummary> method) in dataset.Settings.GroupBy(setting => setting.Method).Index())
        {
            SettingSummary[] points = [.. method.OrderBy(setting => setting.BytesPerValue)];
            double[] xs = [.. points.Select(setting => Math.Log10(setting.BytesPerValue))], ys = [.. points.Select(setting => setting.TestAuc.Mean)];
            Color color = Colours[number % Colours.Length];
            Scatter line = plot.Add.Scatter(xs, ys, color);
            line.LegendText = method.Key;
            (line.LineWidth, line.MarkerSize, line.MarkerShape) = (LineWidth, MarkerSize, Markers[number % Markers.Length]);
            ErrorBar bars = plot.Add.ErrorBar(xs, ys, [.. points.Select(setting => setting.TestAuc.Deviation ?? 0)]);
            (bars.Color, bars.LineWidth) = (color, LineWidth / 2);
        }

        Finish(plot, dataset);
        return plot;
    }

    private static void Finish(Plot plot, ComparedDataset dataset)
    {
        double lowest = dataset.Settings.Min(setting => setting.BytesPerValue) / Room, highest = dataset.Settings.Max(setting => setting.BytesPerValue) * Room;
        plot.XLabel("bytes a feature value, keys included");
        plot.YLabel("test AUC");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. Ticks(lowest, highest)]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = auc => auc.ToString("0.0000", CultureInfo.InvariantCulture) };
        plot.Axes.Margins(0, 0.12);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(Math.Log10(lowest), Math.Log10(highest));
        plot.DataBackground.Color = Colors.Transparent;
        plot.Legend.FontSize = FontSize;
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.ShowLegend(Edge.Top);
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.TickLabelStyle.FontSize = FontSize;
            axis.Label.FontSize = FontSize;
            axis.Label.Bold = false;
        }
    }

    /// <summary>1, 2 and 5 times the powers of ten in the range, at their logarithms.</summary>
    private static IEnumerable<Tick> Ticks(double lowest, double highest) =>
        from power in Enumerable.Range(-1, 8)
        from digit in Digits
        let bytes = digit * Math.Pow(10, power)
        where bytes >= lowest && bytes <= highest
        select new Tick(Math.Log10(bytes), bytes.ToString("0.###", CultureInfo.InvariantCulture), isMajor: true);
}
