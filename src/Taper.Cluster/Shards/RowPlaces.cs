namespace Taper.Cluster.Shards;

/// <summary>Rows of a shard.</summary>
/// <param name="Places">As <see cref="PullRequest.Places"/>.</param>
[GenerateSerializer, Immutable]
internal sealed record RowPlaces(byte[] Places);
