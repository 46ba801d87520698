using static TorchSharp.torch;

namespace Taper.Training.Networks;

/// <summary>
/// All pairwise dot products of the fields' embeddings: ½ Σ_d ((Σ_f e_fd)² − Σ_f e_fd²) (Rendle 2010, lemma 3.1).
/// Zero-padded prefixes make it work for unequal sizes: a pair interacts in the dimensions both keep.
/// </summary>
internal static class FactorizationMachine
{
    /// <summary>[batch × fields · D] → [batch].</summary>
    public static Tensor SecondOrder(Tensor embeddings, NetworkShape shape)
    {
        Tensor e = embeddings.view(-1, shape.Fields, shape.Dimension);
        return 0.5 * (e.sum(1).square() - e.square().sum(1)).sum(1);
    }
}
