using Taper.Training.WarmStart;

namespace Taper.Cluster.Shards;

/// <summary>The rows of a shard by their numbers in the whole table, for a trained model to give them their first values.</summary>
internal sealed class ShardRows(EmbeddingShard shard, ShardLayout layout, int index) : IInitialTarget
{
    public int Dimension => shard.Dimension;

    public int DefaultRowOf(int vocabulary) => -1;

    public bool Has(int row) => layout.ShardOf(row) == index;

    public Span<float> EmbeddingOf(int row) => shard.EmbeddingAt(layout.PlaceOf(row));

    public Span<float> FirstOrderOf(int row) => shard.FirstOrderAt(layout.PlaceOf(row));
}
