namespace Taper.Cluster.Shards;

/// <summary>A worker's share of a step's gradients.</summary>
/// <param name="Worker">The worker's number.</param>
/// <param name="Step">As its rows were asked for.</param>
/// <param name="Rows">The gradient of each row that was asked for, in that order and laid out alike; while sizes are learned, of whole rows.</param>
/// <param name="Dense">The gradients of the network that this shard sums.</param>
/// <param name="Ahead">The answer may leave so many steps, this one among them, to be done later.</param>
/// <param name="Unheard">Steps before this one whose sums the worker has not heard.</param>
/// <param name="Next">
/// The rows that the worker needs for the step after this one, which the answer brings, so that it need not pull them; null where it pulls. Sizes have
/// to stay as they are: those of a step that learns them follow from the answer.
/// </param>
[GenerateSerializer, Immutable]
internal sealed record PushRequest(int Worker, long Step, byte[] Rows, byte[] Dense, int Ahead = 0, int Unheard = 0, RowPlaces? Next = null);
