namespace Taper.Cluster.Shards;

/// <summary>What all workers' gradients of a step come to.</summary>
/// <param name="Dense">The sum of what they sent for the network.</param>
/// <param name="Mask">∂L/∂m of the rows here; null where nothing is learned from it.</param>
/// <param name="Waited">Seconds that each worker's gradients waited for those of the others.</param>
/// <param name="Applied">Seconds that it took to sum and apply them.</param>
[GenerateSerializer, Immutable]
internal sealed record PushReply(byte[] Dense, MaskGradients? Mask, double[] Waited, double Applied);
