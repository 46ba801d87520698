namespace Taper.Data;

/// <summary>What a dataset holds, for people.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Splits">Its splits, training first.</param>
/// <param name="Fields">Its fields, in the configuration's order.</param>
public sealed record DatasetSummary(string Name, IReadOnlyList<SplitSummary> Splits, IReadOnlyList<FieldSummary> Fields);
