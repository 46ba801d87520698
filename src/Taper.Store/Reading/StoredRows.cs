using System.Runtime.InteropServices;
using StackExchange.Redis;
using Taper.Models;
using Taper.Models.Compact;
using Taper.Models.Scoring;
using Taper.Store.Layout;

namespace Taper.Store.Reading;

/// <summary>
/// The rows of one version in a store, behind a cache. They are found under the version's own id, so that no other version's
/// row can come of it; a version that is gone, in whole or in part, is an error and never an unknown value. Thread-safe.
/// </summary>
internal sealed class StoredRows
{
    private readonly StoreConnection connection;
    private readonly StoreKeys keys;
    private readonly BundleManifest manifest;
    private readonly PackedRow format;
    private readonly RowParts parts;
    private readonly RowCache cache;
    private readonly string id;
    private readonly uint firstTable;
    private readonly BucketLayout[] layouts;
    private readonly ReservedRows[] reserved;

    private StoredRows(StoreConnection connection, StoreKeys keys, Bundle bundle, RowCache cache, StoredVersion version, ReservedRows[] reserved)
    {
        this.connection = connection;
        this.keys = keys;
        this.cache = cache;
        this.reserved = reserved;
        manifest = bundle.Manifest;
        format = bundle.RowFormat;
        parts = new RowParts(format.MostBytes);
        id = StoredVersion.IdOf(manifest);
        layouts = [.. version.Buckets.Select(count => new BucketLayout(count))];
        firstTable = cache.AddTables(layouts.Length);
    }

    /// <summary>Opens the rows of a bundle's version.</summary>
    /// <param name="connection">To the store.</param>
    /// <param name="name">The name that the version was published under.</param>
    /// <param name="bundle">With or without rows of its own.</param>
    /// <param name="cache">Keeps rows that were read.</param>
    /// <exception cref="StoreException">The store is away, or does not hold the version as a whole.</exception>
    public static async Task<StoredRows> OpenAsync(StoreConnection connection, string name, Bundle bundle, RowCache cache)
    {
        StoreKeys keys = new(name);
        try
        {
            IDatabase database = connection.Database;
            string id = StoredVersion.IdOf(bundle.Manifest);
            string? text = await database.HashGetAsync(keys.Versions, id);
            StoredVersion? version = text is null ? null : StoredVersion.Parse(text, name);
            if (version is not { IsComplete: true } || version.Buckets.Count != bundle.Manifest.Vocabularies.Count)
            {
                throw new StoreException($"The store at {connection.Options.Addresses} does not hold this version of '{name}' ({id}); publish it: taper publish.");
            }

            ReservedRows[] reserved = await Task.WhenAll(version.Buckets.Select((_, vocabulary) =>
                ReadReservedAsync(database, keys.Reserved(id, vocabulary), bundle.RowFormat)));
            StoredRows rows = new(connection, keys, bundle, cache, version, reserved);
            rows.CreateRows(); // checks the reserved rows
            return rows;
        }
        catch (FormatException e)
        {
            throw Damaged(name, e);
        }
        catch (Exception e) when (StoreConnection.IsRedis(e))
        {
            throw connection.Failed(e);
        }
    }

    /// <summary>Rows for a batch of this version.</summary>
    public FetchedRows CreateRows() =>
        new([.. manifest.Vocabularies.Select((entry, vocabulary) => new FetchedTable(entry, format, reserved[vocabulary]))]);

    /// <summary>Gives a batch all rows that it wants, those that the cache lacks in one round.</summary>
    /// <exception cref="StoreException">The store is away, slow, or does not hold the version any more.</exception>
    public async ValueTask<FetchCounts> FetchAsync(FetchedRows rows, CancellationToken cancellation)
    {
        List<WantedRow> misses = GiveCached(rows);
        if (misses.Count > 0)
        {
            await ReadAsync(rows, misses, cancellation);
        }

        return new FetchCounts(rows.WantedCount - misses.Count, misses.Count);
    }

    private List<WantedRow> GiveCached(FetchedRows rows)
    {
        List<WantedRow> misses = [];
        Span<byte> row = stackalloc byte[format.MostBytes];
        foreach ((int vocabulary, FetchedTable table) in rows.Tables.Index())
        {
            table.Prepare();
            ReadOnlySpan<ulong> wanted = table.Wanted;
            for (int place = 0; place < wanted.Length; place++)
            {
                if (!cache.TryGet(firstTable + (uint)vocabulary, wanted[place], row, out int bytes))
                {
                    misses.Add(new WantedRow(vocabulary, layouts[vocabulary].BucketOf(wanted[place]), place, wanted[place]));
                }
                else if (bytes >= 0)
                {
                    table.Give(place, row[..bytes]);
                }
            }
        }

        misses.Sort();
        return misses;
    }

    private async Task ReadAsync(FetchedRows rows, List<WantedRow> misses, CancellationToken cancellation)
    {
        List<(int First, int Count)> buckets = WantedRow.ByBucket(misses);
        try
        {
            IDatabase database = connection.Database;
            RedisValue[][] answers = await Task.WhenAll(buckets.Select(bucket => AskAsync(database, misses, bucket)))
                .WaitAsync(connection.Options.Timeout, cancellation);
            for (int i = 0; i < buckets.Count; i++)
            {
                Give(rows, CollectionsMarshal.AsSpan(misses).Slice(buckets[i].First, buckets[i].Count), answers[i]);
            }
        }
        catch (FormatException e)
        {
            throw Damaged(keys.Name, e);
        }
        catch (Exception e) when (StoreConnection.IsRedis(e))
        {
            throw connection.Failed(e);
        }
    }

    /// <summary>Asks a bucket for the rows of some keys: how many there are first, then all the parts that each row can have.</summary>
    private Task<RedisValue[]> AskAsync(IDatabase database, List<WantedRow> misses, (int First, int Count) bucket)
    {
        RedisValue[] fields = new RedisValue[1 + (bucket.Count * parts.Most)];
        fields[0] = StoredFields.Buckets;
        WantedRow first = misses[bucket.First];
        for (int i = 0; i < bucket.Count; i++)
        {
            for (int part = 0; part < parts.Most; part++)
            {
                fields[1 + (i * parts.Most) + part] = layouts[first.Vocabulary].Field(misses[bucket.First + i].Key, part);
            }
        }

        return database.HashGetAsync(keys.Bucket(id, first.Vocabulary, first.Bucket), fields);
    }

    private void Give(FetchedRows rows, ReadOnlySpan<WantedRow> wanted, ReadOnlySpan<RedisValue> answer)
    {
        if (answer.Length != 1 + (wanted.Length * parts.Most) || answer[0] != layouts[wanted[0].Vocabulary].Buckets)
        {
            throw new StoreException(
                $"Rows of this version of '{keys.Name}' ({id}) are gone from the store: it was replaced and removed, or the store evicts keys; publish it again, and set maxmemory-policy noeviction.");
        }

        Span<byte> row = stackalloc byte[format.MostBytes];
        for (int i = 0; i < wanted.Length; i++)
        {
            int bytes = parts.Join(answer.Slice(1 + (i * parts.Most), parts.Most), row);
            if (bytes >= 0)
            {
                rows.Tables[wanted[i].Vocabulary].Give(wanted[i].Place, row[..bytes]);
            }

            // Only what was found to be a row is kept.
            cache.Add(firstTable + (uint)wanted[i].Vocabulary, wanted[i].Key, row[..Math.Max(0, bytes)], isRow: bytes >= 0);
        }
    }

    private static async Task<ReservedRows> ReadReservedAsync(IDatabase database, string key, PackedRow format)
    {
        RedisValue[] values = await database.HashGetAsync(key, [StoredFields.Unknown, StoredFields.Missing, StoredFields.Default, StoredFields.Scale]);
        if (Array.Exists(values[..3], value => value.IsNull))
        {
            throw new FormatException("the rows of unknown and missing values are not there");
        }

        float[] defaultRow = NumbersOf((byte[])values[2]!);
        float[] scales = NumbersOf((byte[]?)values[3] ?? []); // versions that were published before there were any lack them
        if (defaultRow.Length != 0 && defaultRow.Length != format.Dimension)
        {
            throw new FormatException("the default row is none");
        }

        return scales.Length == (format.Precision == Precision.Int8 ? format.Dimension : 0)
            ? new ReservedRows((byte[])values[0]!, (byte[])values[1]!, new SharedNumbers(defaultRow, scales))
            : throw new FormatException("the scales are none");
    }

    private static float[] NumbersOf(byte[] bytes)
    {
        float[] numbers = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        return bytes.Length % sizeof(float) == 0 && Array.TrueForAll(numbers, float.IsFinite)
            ? numbers
            : throw new FormatException("numbers that all rows share are none");
    }

    private static StoreException Damaged(string name, FormatException e) =>
        new($"The store holds something that is no row of '{name}' ({e.Message}); publish it again.", e);
}
