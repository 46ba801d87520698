using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>One batch as a network sees it.</summary>
/// <param name="Embeddings">[batch × fields · D], zero beyond each kept prefix.</param>
/// <param name="Numeric">[batch × numeric fields], or null where there are none.</param>
/// <param name="FirstOrder">[batch × 1], the sum of the first-order weights, or null where the network has none.</param>
public sealed record NetworkInput(Tensor Embeddings, Tensor? Numeric, Tensor? FirstOrder)
{
    /// <summary>x = concat(embeddings, numeric).</summary>
    public Tensor Concatenated => Numeric is null ? Embeddings : cat([Embeddings, Numeric], 1);
}
