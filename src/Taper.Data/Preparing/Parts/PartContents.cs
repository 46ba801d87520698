namespace Taper.Data.Preparing.Parts;

/// <summary>What a part has read.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="LabelColumns">What each column holds that the label uses.</param>
/// <param name="Times">What the times are; null where the split is not by time.</param>
internal sealed record PartContents(long Rows, IReadOnlyList<ColumnCounts> LabelColumns, TimeKinds? Times);
