namespace Taper.Models;

/// <summary>What a bundle's embeddings take.</summary>
/// <param name="Parameters">Exported parameters: the kept numbers, and default rows and projections where there are any.</param>
/// <param name="FixedParameters">Parameters of the fixed-size table: rows × D.</param>
/// <param name="Bytes">Bytes of the exported parameters at the bundle's precision, of scales and of masks; without keys and index.</param>
public sealed record BundleEmbedding(long Parameters, long FixedParameters, long Bytes)
{
    /// <summary><see cref="Parameters"/> over <see cref="FixedParameters"/>.</summary>
    public double Ratio => (double)Parameters / FixedParameters;
}
