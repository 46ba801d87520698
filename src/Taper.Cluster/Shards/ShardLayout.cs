namespace Taper.Cluster.Shards;

/// <summary>
/// Which shard has a row of the table: rows are dealt out in turn, so that every shard has as many, and, since a vocabulary's
/// values lie in the order of their counts, as many of the frequent ones.
/// </summary>
/// <param name="Rows">The table's rows.</param>
/// <param name="Shards">The number of shards, 1 or more.</param>
internal readonly record struct ShardLayout(int Rows, int Shards)
{
    public int ShardOf(int row) => row % Shards;

    public int PlaceOf(int row) => row / Shards;

    public int RowAt(int shard, int place) => (place * Shards) + shard;

    public int RowsOf(int shard) => (Rows / Shards) + (shard < Rows % Shards ? 1 : 0);
}
