namespace Taper.Models.Compact;

/// <summary>Numbers that the rows of a vocabulary have in common.</summary>
/// <param name="DefaultRow">The D numbers of rows of size 0; empty where there are none.</param>
/// <param name="Scales">What the integers of each dimension are multiplied with, D of them; empty at other precisions.</param>
internal sealed record SharedNumbers(float[] DefaultRow, float[] Scales);
