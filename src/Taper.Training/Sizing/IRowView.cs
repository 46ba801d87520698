using Taper.Embeddings;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>What is looked up in place of a table's rows while a sizer learns. Not thread-safe.</summary>
internal interface IRowView
{
    /// <summary>The table to look rows up in, of the shape of the rows' own.</summary>
    EmbeddingTable Seen { get; }

    /// <summary>Makes the rows that a batch looks up anew, from the values they have now.</summary>
    void Renew(EmbeddingTable table, ReadOnlySpan<int> rows);

    /// <summary>
    /// Turns the gradients of the rows that were seen into those of the table's rows, and returns that of the sizer's mask.
    /// </summary>
    Tensor Backward(EmbeddingTable table, IReadOnlyList<RowGradients> gradients);
}
