namespace Taper.Client;

/// <summary>An item of a ranking.</summary>
/// <param name="Index">Its place among the items that were sent, from 0.</param>
/// <param name="Score">Its probability.</param>
public sealed record RankedItem(int Index, float Score);
