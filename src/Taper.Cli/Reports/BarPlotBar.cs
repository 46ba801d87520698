namespace Taper.Cli.Reports;

/// <summary>One bar of a <see cref="BarPlot"/>.</summary>
internal sealed record BarPlotBar(string Name, double Value, string Words);
