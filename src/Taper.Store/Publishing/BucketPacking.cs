using System.Runtime.InteropServices;
using StackExchange.Redis;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Models.Compact;
using Taper.Store.Layout;

namespace Taper.Store.Publishing;

/// <summary>Packs the rows of a vocabulary into buckets, one after the other; nothing is sorted or copied as a whole.</summary>
internal sealed class BucketPacking(CompactTable table, PackedRow format, BucketLayout layout)
{
    private readonly RowParts parts = new(format.MostBytes);
    private readonly byte[] row = new byte[format.MostBytes];
    private readonly List<int> rows = [];

    /// <summary>Rows packed so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Entries of the rows of a vocabulary, as its manifest sums them up.</summary>
    public static long EntriesOf(SizeSummary sizes, PackedRow format)
    {
        RowParts parts = new(format.MostBytes);
        return sizes.Histogram.Select((count, size) => (long)count * parts.CountFor(format.BytesOf(size))).Sum();
    }

    /// <summary>The entries of a bucket.</summary>
    public HashEntry[] Pack(long bucket)
    {
        rows.Clear();
        table.AddRowsBetween(layout.FirstKey(bucket), layout.LastKey(bucket), rows);
        Rows += rows.Count;
        List<HashEntry> entries = [new HashEntry(StoredFields.Buckets, layout.Buckets)];
        foreach (int number in rows)
        {
            int length = table.Pack(number, format, row);
            for (int part = 0; part < parts.CountFor(length); part++)
            {
                byte[] bytes = row[(part * RowParts.Bytes)..Math.Min(length, (part + 1) * RowParts.Bytes)];
                entries.Add(new HashEntry(layout.Field(table.KeyAt(number), part), bytes));
            }
        }

        return [.. entries];
    }

    /// <summary>The rows that are found by no key.</summary>
    public HashEntry[] PackReserved()
    {
        SharedNumbers shared = table.SharedNumbers();
        return
        [
            new HashEntry(StoredFields.Unknown, PackOne(table.UnknownRow)),
            new HashEntry(StoredFields.Missing, PackOne(table.MissingRow)),
            new HashEntry(StoredFields.Default, BytesOf(shared.DefaultRow)),
            new HashEntry(StoredFields.Scale, BytesOf(shared.Scales)),
        ];
    }

    /// <summary>Checks that all rows were packed.</summary>
    /// <exception cref="ArtifactException">Some are found by no key.</exception>
    public void CheckComplete()
    {
        if (Rows != table.Rows - BundleVocabulary.Reserved)
        {
            throw new ArtifactException($"The vocabulary '{table.Name}' has {table.Rows - BundleVocabulary.Reserved} values, but {Rows} are found by their keys; export the bundle again.");
        }
    }

    private static byte[] BytesOf(float[] numbers) => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();

    private byte[] PackOne(int number) => row[..table.Pack(number, format, row)];
}
