namespace Taper.Cluster.Shards;

/// <summary>Rows, one after the other: the kept prefix of each, and behind it the first-order weight where it has one.</summary>
[GenerateSerializer, Immutable]
internal sealed record RowValues(byte[] Numbers);
