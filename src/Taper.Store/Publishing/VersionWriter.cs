using StackExchange.Redis;
using Taper.Models;
using Taper.Store.Layout;

namespace Taper.Store.Publishing;

/// <summary>Writes the rows of a bundle. Every bucket is one command: it is there as a whole or not at all.</summary>
internal sealed class VersionWriter(IDatabase database, StoreKeys keys, PublishLock held)
{
    private const int BucketsAtOnce = 128;

    /// <summary>Whether there may be some of its rows already: those are left as they are.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Buckets written so far, those that were there already not among them.</summary>
    public long Written { get; private set; }

    /// <summary>Writes all rows.</summary>
    public async Task WriteAsync(Bundle bundle, StoredVersion version, IProgress<long>? progress, CancellationToken cancellation)
    {
        string id = StoredVersion.IdOf(bundle.Manifest);
        long rows = 0;
        for (int vocabulary = 0; vocabulary < bundle.Tables.Count; vocabulary++)
        {
            BucketPacking packing = new(bundle.Tables[vocabulary], bundle.RowFormat, version.LayoutOf(vocabulary));
            await database.HashSetAsync(keys.Reserved(id, vocabulary), packing.PackReserved());
            for (long first = 0; first < version.Buckets[vocabulary]; first += BucketsAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                await held.RenewAsync();
                await WriteAsync(id, vocabulary, first, Math.Min(first + BucketsAtOnce, version.Buckets[vocabulary]), packing);
                progress?.Report(rows + packing.Rows);
            }

            packing.CheckComplete();
            rows += packing.Rows;
        }
    }

    private async Task WriteAsync(string id, int vocabulary, long first, long end, BucketPacking packing)
    {
        List<(RedisKey Key, HashEntry[] Entries)> buckets = [];
        for (long bucket = first; bucket < end; bucket++)
        {
            buckets.Add((keys.Bucket(id, vocabulary, bucket), packing.Pack(bucket)));
        }

        if (GoesOn)
        {
            long[] lengths = await Task.WhenAll(buckets.Select(bucket => database.HashLengthAsync(bucket.Key)));
            buckets = [.. buckets.Where((bucket, i) => lengths[i] != bucket.Entries.Length)];
        }

        await Task.WhenAll(buckets.Select(bucket => database.HashSetAsync(bucket.Key, bucket.Entries)));
        Written += buckets.Count;
    }
}
