namespace Taper.Cluster.Shards;

/// <summary>What all workers' gradients of a step come to in a shard.</summary>
/// <param name="Step">The step's number.</param>
/// <param name="Dense">The sum of what they sent for the network.</param>
/// <param name="Mask">∂L/∂m of the rows here; null where nothing is learned from it.</param>
[GenerateSerializer, Immutable]
internal sealed record StepSums(long Step, byte[] Dense, MaskGradients? Mask);
