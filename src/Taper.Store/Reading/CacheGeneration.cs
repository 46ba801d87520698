using System.Buffers.Binary;

namespace Taper.Store.Reading;

/// <summary>
/// Rows one after the other in one piece of memory, and a hash table of where they begin. Nothing is removed but all at
/// once. Not thread-safe.
/// </summary>
internal sealed class CacheGeneration
{
    /// <summary>Key, table and length.</summary>
    private const int HeaderBytes = 14;

    /// <summary>Bytes of rows for each slot of the index.</summary>
    private const int BytesPerSlot = 28;
    private const short NoRow = -1;

    private readonly byte[] rows;
    private readonly int[] slots; // where a row begins, plus one; 0: empty
    private int used;
    private int count;

    /// <param name="bytes">Rows and index together; beyond 2 GB nothing is gained.</param>
    public CacheGeneration(long bytes)
    {
        long slotCount = bytes / (BytesPerSlot + sizeof(int));
        rows = GC.AllocateUninitializedArray<byte>((int)Math.Min(slotCount * BytesPerSlot, Array.MaxLength));
        slots = new int[(int)Math.Min(slotCount, Array.MaxLength)];
    }

    /// <summary>See <see cref="RowCache.TryGet"/>.</summary>
    public bool TryGet(uint table, ulong key, Span<byte> row, out int length)
    {
        length = NoRow;
        if (count == 0 || slots[SlotOf(table, key)] is not (> 0 and int place))
        {
            return false;
        }

        ReadOnlySpan<byte> found = rows.AsSpan(place - 1);
        length = BinaryPrimitives.ReadInt16LittleEndian(found[12..]);
        found.Slice(HeaderBytes, Math.Max(0, length)).CopyTo(row);
        return true;
    }

    /// <summary>Adds a row that may be there already; false where there is no room.</summary>
    public bool TryAdd(uint table, ulong key, ReadOnlySpan<byte> row, bool isRow)
    {
        int bytes = HeaderBytes + row.Length;
        if (bytes > rows.Length - used || 4L * (count + 1) > 3L * slots.Length)
        {
            return false;
        }

        int slot = SlotOf(table, key);
        if (slots[slot] == 0)
        {
            Span<byte> place = rows.AsSpan(used, bytes);
            BinaryPrimitives.WriteUInt64LittleEndian(place, key);
            BinaryPrimitives.WriteUInt32LittleEndian(place[8..], table);
            BinaryPrimitives.WriteInt16LittleEndian(place[12..], isRow ? (short)row.Length : NoRow);
            row.CopyTo(place[HeaderBytes..]);
            slots[slot] = used + 1;
            used += bytes;
            count++;
        }

        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(slots);
        used = count = 0;
    }

    /// <summary>The slot of a key, or the empty one where it would be.</summary>
    private int SlotOf(uint table, ulong key)
    {
        ulong mixed = (key ^ table) * 0x9E3779B97F4A7C15;
        int slot = (int)Math.BigMul(mixed, (ulong)slots.Length, out _);
        while (slots[slot] > 0 && !IsAt(slots[slot] - 1, table, key))
        {
            slot = slot + 1 == slots.Length ? 0 : slot + 1;
        }

        return slot;
    }

    private bool IsAt(int place, uint table, ulong key) =>
        BinaryPrimitives.ReadUInt64LittleEndian(rows.AsSpan(place)) == key
        && BinaryPrimitives.ReadUInt32LittleEndian(rows.AsSpan(place + 8)) == table;
}
