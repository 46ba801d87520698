namespace Taper.Cli.Reports;

/// <summary>Feature values of one vocabulary that are about as frequent, and the sizes they keep.</summary>
/// <param name="Decile">1 for the most frequent tenth of the values, 10 for the rarest.</param>
/// <param name="Values">Number of values.</param>
/// <param name="FewestCount">Training count of the rarest of them.</param>
/// <param name="MostCount">Training count of the most frequent of them.</param>
/// <param name="MeanSize">Mean kept size.</param>
internal sealed record SizeClass(int Decile, int Values, long FewestCount, long MostCount, double MeanSize);
