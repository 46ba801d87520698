namespace Taper.Store.Reading;

/// <summary>
/// Rows that were read lately, packed, in a bounded number of bytes. A table's number is never given out again, so that rows
/// of a version that is gone are never found, and age. Thread-safe.
/// </summary>
internal sealed class RowCache
{
    private const int Shards = 16;
    private readonly CacheShard[] shards;
    private uint tables;

    /// <param name="bytes">All that it may take, its index included; 0: nothing is kept.</param>
    public RowCache(long bytes) => shards = [.. Enumerable.Range(0, Shards).Select(_ => new CacheShard(bytes / Shards))];

    /// <summary>Numbers for new tables; the first of them.</summary>
    public uint AddTables(int count) => Interlocked.Add(ref tables, (uint)count) - (uint)count;

    /// <summary>Finds what is known of a key.</summary>
    /// <param name="table">The table's number.</param>
    /// <param name="key">The key.</param>
    /// <param name="row">Receives the row.</param>
    /// <param name="bytes">The row's length; -1 where the key is known to have none.</param>
    public bool TryGet(uint table, ulong key, Span<byte> row, out int bytes)
    {
        CacheShard shard = ShardOf(table, key);
        lock (shard)
        {
            return shard.TryGet(table, key, row, out bytes);
        }
    }

    /// <summary>Keeps a row, or that a key has none.</summary>
    public void Add(uint table, ulong key, ReadOnlySpan<byte> row, bool isRow)
    {
        CacheShard shard = ShardOf(table, key);
        lock (shard)
        {
            shard.Add(table, key, row, isRow);
        }
    }

    private CacheShard ShardOf(uint table, ulong key) => shards[(key ^ table) % Shards];
}
