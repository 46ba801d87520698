using Orleans.Placement;

namespace Taper.Cluster.Hosting;

/// <summary>Marks a grain to be placed by <see cref="SpreadPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SpreadPlacementAttribute() : PlacementAttribute(new SpreadPlacement());
