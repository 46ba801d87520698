using CsCheck;
using StackExchange.Redis;
using Taper.Models;
using Taper.Models.Compact;
using Taper.Store.Layout;
using Taper.Store.Reading;

namespace Taper.Store.Tests;

/// <summary>How rows are laid out, cached and checked, without a server.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Buckets_part_the_keys_and_fields_tell_them_apart() => Gen.Select(
        Gen.OneOf(Gen.Long[1, 70_000], Gen.Long[1, 1L << 40]), Gen.ULong, Gen.ULong[0, 1000]).Sample((count, key, step) =>
    {
        BucketLayout layout = new(count);
        long bucket = layout.BucketOf(key);
        Assert.InRange(key, layout.FirstKey(bucket), layout.LastKey(bucket));
        Assert.InRange(bucket, 0, count - 1);
        Assert.Equal(bucket, layout.BucketOf(layout.FirstKey(bucket)));
        Assert.Equal(bucket, layout.BucketOf(layout.LastKey(bucket)));
        ulong other = layout.LastKey(bucket) - Math.Min(step, layout.LastKey(bucket) - layout.FirstKey(bucket));
        Assert.Equal(key == other, layout.Field(key, 0) == layout.Field(other, 0));
        Assert.Equal(key == other, layout.Field(key, 1) == layout.Field(other, 1));
        Assert.NotEqual(layout.Field(key, 0), layout.Field(key, 1));
        Assert.NotEqual(StoredFields.Buckets, layout.Field(key, 0));
    });

    [Fact]
    public void Parts_make_the_row_again_and_nothing_else_does() => Gen.Select(Gen.Int[1, 300], Gen.Byte.Array[0, 300], Gen.Int[0, 5]).Sample((most, row, break_) =>
    {
        row = row[..Math.Min(row.Length, most)];
        RowParts parts = new(most);
        RedisValue[] cut = new RedisValue[parts.Most];
        for (int part = 0; part < parts.CountFor(row.Length); part++)
        {
            cut[part] = row[(part * RowParts.Bytes)..Math.Min(row.Length, (part + 1) * RowParts.Bytes)];
        }

        byte[] joined = new byte[most];
        Assert.Equal(row.Length, parts.Join(cut, joined));
        Assert.Equal(row, joined[..row.Length]);
        Assert.Equal(-1, parts.Join(new RedisValue[parts.Most], joined));
        int used = parts.CountFor(row.Length);
        if (break_ < used && used > 1)
        {
            cut[break_] = RedisValue.Null;
            Assert.Throws<FormatException>(() => parts.Join(cut, joined));
        }
        else if (used < parts.Most)
        {
            cut[used] = "x";
            Assert.Throws<FormatException>(() => parts.Join(cut, joined));
        }
    });

    [Fact]
    public void Bytes_that_are_no_row_are_refused() => Gen.Select(Gen.Enum<Precision>(), Gen.Int[1, 20], Gen.Bool, Gen.Byte.Array[0, 100]).Sample(
        (precision, dimension, hasFirstOrder, bytes) =>
        {
            PackedRow format = new(precision, dimension, hasFirstOrder);
            float[] row = new float[dimension];
            float[] defaultRow = [.. Enumerable.Repeat(1f, dimension)];
            float[] scales = [.. Enumerable.Range(1, precision == Precision.Int8 ? dimension : 0).Select(i => i / 8f)];
            bool isRow = format.TryRead(bytes, new SharedNumbers(defaultRow, scales), row, out float firstOrder);
            bool fits = Enumerable.Range(0, dimension + 1).Any(size => format.BytesOf(size) == bytes.Length);
            Assert.True(fits || !isRow);
            if (isRow)
            {
                Assert.All(row, number => Assert.True(float.IsFinite(number)));
                Assert.True(float.IsFinite(firstOrder));
                Assert.True(bytes.Length > format.BytesOf(0) || row.SequenceEqual(defaultRow));
            }

            Assert.False(format.TryRead(new byte[format.BytesOf(0)], new SharedNumbers([], scales), row, out _)); // there is no default row
        },
        iter: 3000);

    [Fact]
    public void The_cache_gives_what_was_kept_last_and_stays_within_its_bytes() => Gen.Select(
        Gen.Int[0, 20_000], Gen.Select(Gen.UInt[0, 2], Gen.ULong[0, 300], Gen.Bool).Array[1, 2000]).Sample((bytes, calls) =>
    {
        RowCache cache = new(bytes);
        HashSet<(uint, ulong)> added = [];
        byte[] row = new byte[64];
        foreach ((uint table, ulong key, bool add) in calls)
        {
            byte[] expected = Row(table, key);
            bool found = cache.TryGet(table, key, row, out int length);
            Assert.True(!found || added.Contains((table, key)));
            Assert.True(!found || (length < 0 ? key % 3 == 0 : row.AsSpan(0, length).SequenceEqual(expected)));
            if (add)
            {
                cache.Add(table, key, expected, isRow: key % 3 != 0);
                added.Add((table, key));
            }
        }

        static byte[] Row(uint table, ulong key) => key % 3 == 0 ? [] : [.. Enumerable.Range(0, (int)(key % 64)).Select(i => (byte)(table + key + (ulong)i))];
    });

    [Fact]
    public void The_cache_keeps_what_is_used()
    {
        RowCache cache = new(1 << 20);
        byte[] row = new byte[32];
        for (ulong key = 0; key < 100_000; key++)
        {
            cache.Add(0, key * 0x9E3779B97F4A7C15, row, isRow: true);
            Assert.True(key == 0 || cache.TryGet(0, (key % 16) * 0x9E3779B97F4A7C15, row, out _));
        }

        int kept = Enumerable.Range(0, 100_000).Count(key => cache.TryGet(0, (ulong)key * 0x9E3779B97F4A7C15, row, out _));
        Assert.InRange(kept, 1, (1 << 20) / 32);
    }

    [Theory]
    [InlineData("localhost:6379", 1)]
    [InlineData("cache", 1)]
    [InlineData("10.0.0.1:7000, 10.0.0.2:7001", 2)]
    [InlineData("[::1]:7000", 1)]
    public void Addresses_are_read(string text, int count) => Assert.Equal(count, new StoreOptions(text).EndPoints.Count);

    [Theory]
    [InlineData("")]
    [InlineData("localhost:6379,password=secret")]
    [InlineData("redis://user:secret@localhost:6379")]
    [InlineData("localhost:99999")]
    [InlineData("localhost:")]
    public void What_is_no_address_is_refused_and_not_repeated(string text)
    {
        StoreException e = Assert.Throws<StoreException>(() => new StoreOptions(text));
        Assert.Contains("HOST:PORT", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }
}
