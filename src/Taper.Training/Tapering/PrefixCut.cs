using Taper.Embeddings;

namespace Taper.Training.Tapering;

/// <summary>Keeps prefixes (<see cref="MeasuredSizes"/>). A row without one shares its vocabulary's default row.</summary>
/// <param name="limit">Most parameters of all prefixes.</param>
internal sealed class PrefixCut(long limit) : ICut
{
    /// <summary>The size of each row.</summary>
    public byte[] Sizes { get; private set; } = [];

    /// <inheritdoc/>
    public void Choose(EmbeddingTable table, Saliency saliency) => Sizes = MeasuredSizes.Of(table, saliency, limit);

    /// <inheritdoc/>
    public bool Keeps(int row, int dimension) => Sizes[row] > 0;
}
