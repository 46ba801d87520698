using Taper.Embeddings;

namespace Taper.Training.Tapering;

/// <summary>What a table keeps within a budget.</summary>
internal interface ICut
{
    /// <summary>Chooses anew.</summary>
    /// <param name="table">Whole rows in aligned coordinates.</param>
    /// <param name="saliency">Of these rows.</param>
    void Choose(EmbeddingTable table, Saliency saliency);

    /// <summary>Whether an element is a row's own; if not, it is what all share that do without.</summary>
    bool Keeps(int row, int dimension);
}
