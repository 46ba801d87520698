using Taper.Embeddings;

namespace Taper.Training.Tapering;

/// <summary>Keeps single elements, those of the largest saliency in the whole table.</summary>
/// <param name="elements">Holds what is kept.</param>
/// <param name="limit">Number of elements to keep.</param>
internal sealed class ElementCut(ElementMask elements, long limit) : ICut
{
    /// <inheritdoc/>
    public void Choose(EmbeddingTable table, Saliency saliency)
    {
        using EmbeddingTable roots = saliency.Roots(table);
        elements.KeepLargest(roots, limit);
    }

    /// <inheritdoc/>
    public bool Keeps(int row, int dimension) => (elements[row][dimension >> 3] >> (dimension & 7) & 1) != 0;
}
