namespace Taper.Cluster.Shards;

/// <summary>The rows that a worker needs for a step.</summary>
/// <param name="Worker">The worker's number.</param>
/// <param name="Step">Steps that the rows have to have seen.</param>
/// <param name="Places">Little-endian 32-bit numbers: each row's place in the shard, each once.</param>
/// <param name="Sizes">Kept size of each frequency group while sizes are learned; else null.</param>
[GenerateSerializer, Immutable]
internal sealed record PullRequest(int Worker, long Step, byte[] Places, byte[]? Sizes);
