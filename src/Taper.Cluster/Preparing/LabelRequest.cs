using Taper.Data.Preparing;

namespace Taper.Cluster.Preparing;

/// <summary>What a part needs to know to label its rows.</summary>
/// <param name="Columns">What the columns that the label uses hold in all parts.</param>
/// <param name="Cuts">Where a split by time cuts; null for other splits.</param>
internal sealed record LabelRequest(IReadOnlyList<ColumnCounts> Columns, TimeCuts? Cuts);
