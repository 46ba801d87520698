namespace Taper.Cluster;

/// <summary>Where a part of a training came up, and what it takes there.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Bytes">Embeddings and their optimizers' state.</param>
[GenerateSerializer, Immutable]
internal sealed record PartStatus(string Silo, long Bytes);
