namespace Taper.Cluster.Shards;

/// <summary>A worker's share of a step's gradients.</summary>
/// <param name="Worker">The worker's number.</param>
/// <param name="Step">As it was pulled.</param>
/// <param name="Rows">The gradient of each row that was pulled, in that order and laid out alike; while sizes are learned, of whole rows.</param>
/// <param name="Dense">The gradients of the network that this shard sums.</param>
/// <param name="Ahead">The answer may leave so many steps, this one among them, to be done later.</param>
/// <param name="Unheard">Steps before this one whose sums the worker has not heard.</param>
[GenerateSerializer, Immutable]
internal sealed record PushRequest(int Worker, long Step, byte[] Rows, byte[] Dense, int Ahead = 0, int Unheard = 0);
