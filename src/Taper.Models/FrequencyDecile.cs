namespace Taper.Models;

/// <summary>Feature values of one vocabulary that are about as frequent, and the sizes they keep.</summary>
/// <param name="Decile">1 for the most frequent tenth of the values, 10 for the rarest.</param>
/// <param name="Values">The number of values.</param>
/// <param name="FewestCount">The training count of the rarest of them.</param>
/// <param name="MostCount">The training count of the most frequent of them.</param>
/// <param name="MeanSize">The mean kept size.</param>
public sealed record FrequencyDecile(int Decile, int Values, long FewestCount, long MostCount, double MeanSize);
