namespace Taper.Cluster.Hosting;

/// <summary>Places the n-th shard, and the n-th worker, on the n-th silo, so that all have as many.</summary>
[GenerateSerializer, Immutable]
internal sealed class SpreadPlacement : PlacementStrategy;
