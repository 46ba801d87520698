namespace Taper.Store.Reading;

/// <summary>
/// A part of the cache: two generations of half the bytes. Rows are added to the young one; one that is found in the old one
/// is added to the young one again; when that is full, the old one is forgotten as a whole and they change places. So what
/// is used stays and what is not goes, without a list to keep or a gap to fill. Not thread-safe.
/// </summary>
internal sealed class CacheShard(long bytes)
{
    private CacheGeneration young = new(bytes / 2);
    private CacheGeneration old = new(bytes / 2);

    /// <summary>See <see cref="RowCache.TryGet"/>.</summary>
    public bool TryGet(uint table, ulong key, Span<byte> row, out int length)
    {
        if (young.TryGet(table, key, row, out length))
        {
            return true;
        }

        if (!old.TryGet(table, key, row, out length))
        {
            return false;
        }

        Add(table, key, row[..Math.Max(0, length)], length >= 0);
        return true;
    }

    /// <summary>Keeps a row, or that a key has none.</summary>
    public void Add(uint table, ulong key, ReadOnlySpan<byte> row, bool isRow)
    {
        if (young.TryAdd(table, key, row, isRow))
        {
            return;
        }

        old.Clear();
        (young, old) = (old, young);
        young.TryAdd(table, key, row, isRow); // what does not fit an empty one is not kept
    }
}
