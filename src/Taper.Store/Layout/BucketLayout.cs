using System.Buffers.Binary;
using System.Numerics;
using StackExchange.Redis;

namespace Taper.Store.Layout;

/// <summary>
/// How the keys of a vocabulary are spread over buckets: bucket b holds the b-th of equal ranges of the 64-bit keys, and a
/// key's field is what remains of it, its distance from the range's beginning. Immutable.
/// </summary>
/// <param name="buckets">1 or more.</param>
internal sealed class BucketLayout(long buckets)
{
    /// <summary>
    /// Entries that a bucket holds on average. Up to 512 (Redis's and Valkey's default) of up to 64 bytes lie in one piece
    /// of memory; hashed keys fill buckets unevenly, but hardly beyond twice the average.
    /// </summary>
    public const int MeanEntries = 128;

    private readonly int fieldBytes = (64 - BitOperations.Log2((ulong)buckets) + 7) / 8;

    /// <summary>How many there are.</summary>
    public long Buckets => buckets;

    /// <summary>Buckets for a number of entries.</summary>
    public static long BucketsFor(long entries) => Math.Max(1, (entries + MeanEntries - 1) / MeanEntries);

    /// <summary>The bucket of a key.</summary>
    public long BucketOf(ulong key) => (long)Math.BigMul(key, (ulong)buckets, out _);

    /// <summary>The smallest key of a bucket.</summary>
    public ulong FirstKey(long bucket) => (ulong)((((UInt128)(ulong)bucket << 64) + (ulong)buckets - 1) / (ulong)buckets);

    /// <summary>The largest key of a bucket.</summary>
    public ulong LastKey(long bucket) => bucket + 1 == buckets ? ulong.MaxValue : FirstKey(bucket + 1) - 1;

    /// <summary>The field of a part of a key's row.</summary>
    /// <param name="key">The key.</param>
    /// <param name="part">0 for the first part; the number of any other is one more byte of the field.</param>
    public RedisValue Field(ulong key, int part)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, key - FirstKey(BucketOf(key)));
        byte[] field = new byte[fieldBytes + (part > 0 ? 1 : 0)];
        bytes[^fieldBytes..].CopyTo(field);
        if (part > 0)
        {
            field[^1] = (byte)part;
        }

        return field;
    }
}
