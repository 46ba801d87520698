namespace Taper.Data;

/// <summary>One split of a dataset.</summary>
/// <param name="Name">Its name: see <see cref="SplitNames"/>.</param>
/// <param name="Rows">Its examples.</param>
/// <param name="Positives">Those with the label 1.</param>
public sealed record SplitSummary(string Name, int Rows, int Positives);
