namespace Taper.Cluster;

/// <summary>Where a part of a training came up, and what it takes there.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Bytes">Embeddings and their optimizers' state.</param>
[GenerateSerializer, Immutable]
internal sealed record PartStatus(string Silo, long Bytes)
{
    /// <summary>Feature values of a shard that the trained model knows from which it starts.</summary>
    [Id(2)]
    public long Found { get; init; }

    /// <summary>Why a worker's network does not start from that model; null where it does.</summary>
    [Id(3)]
    public string? NewNetwork { get; init; }
}
