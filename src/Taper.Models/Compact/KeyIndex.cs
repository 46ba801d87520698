using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>
/// An open-addressing hash table from 64-bit keys to rows. It holds row numbers alone, 4 bytes a slot; the keys are
/// compared in the table's own key column. Keys are hashes already: the upper half of key × slots is the first slot
/// to look in, the following ones are next.
/// </summary>
internal static class KeyIndex
{
    /// <summary>What an empty slot holds.</summary>
    public const uint Empty = uint.MaxValue;

    private const int Ahead = 64;

    /// <summary>Slots for a number of keys: at most four in five are taken, and one is always empty.</summary>
    public static long SlotsFor(long keys) => (keys * 5 / 4) + 1;

    /// <summary>Builds the table.</summary>
    /// <param name="keys">The key of each row; rows of <paramref name="reserved"/> have none.</param>
    /// <param name="reserved">Rows that are not found by a key.</param>
    public static uint[] Build(ReadOnlySpan<ulong> keys, params ReadOnlySpan<int> reserved)
    {
        uint[] slots = new uint[SlotsFor(keys.Length - reserved.Length)];
        Array.Fill(slots, Empty);
        for (int row = 0; row < keys.Length; row++)
        {
            if (reserved.Contains(row))
            {
                continue;
            }

            long slot = FirstSlot(keys[row], slots.Length);
            while (slots[slot] != Empty)
            {
                slot = Next(slot, slots.Length);
            }

            slots[slot] = (uint)row;
        }

        return slots;
    }

    /// <summary>The row of a key, or -1. The slots have to hold an empty one, and rows within the keys.</summary>
    public static unsafe int Find(ulong key, ulong* keys, uint* slots, long slotCount) =>
        Find(key, keys, slots, slotCount, FirstSlot(key, slotCount));

    private static unsafe int Find(ulong key, ulong* keys, uint* slots, long slotCount, long slot)
    {
        while (slots[slot] != Empty)
        {
            uint row = slots[slot];
            if (keys[row] == key)
            {
                return (int)row;
            }

            slot = Next(slot, slotCount);
        }

        return -1;
    }

    /// <summary>
    /// The rows of many keys. Slots are asked for ahead of use, then the keys they name, so that waits overlap.
    /// </summary>
    [SkipLocalsInit]
    public static unsafe void Find(
        ReadOnlySpan<ulong> wanted, Span<int> rows, ulong* keys, uint* slots, long slotCount, int unknownRow)
    {
        long* places = stackalloc long[Ahead];
        for (int first = 0; first < wanted.Length; first += Ahead)
        {
            int count = Math.Min(Ahead, wanted.Length - first);
            for (int i = 0; i < count; i++)
            {
                places[i] = FirstSlot(wanted[first + i], slotCount);
                Prefetch(slots + places[i]);
            }

            for (int i = 0; i < count; i++)
            {
                uint row = slots[places[i]];
                if (row != Empty)
                {
                    Prefetch(keys + row);
                }
            }

            for (int i = 0; i < count; i++)
            {
                int row = Find(wanted[first + i], keys, slots, slotCount, places[i]);
                rows[first + i] = row < 0 ? unknownRow : row;
            }
        }
    }

    /// <summary>
    /// Adds the rows whose keys lie between two of them, both included. As slots stand in the order of the keys but for
    /// those that had to step aside, the rows lie between the keys' own slots and the next empty one.
    /// </summary>
    public static unsafe void AddBetween(ulong first, ulong last, ulong* keys, uint* slots, long slotCount, List<int> rows)
    {
        long start = FirstSlot(first, slotCount);
        long end = FirstSlot(last, slotCount);
        long slot = start;
        for (long place = start; place < start + slotCount; place++, slot = Next(slot, slotCount))
        {
            uint row = slots[slot];
            if (row == Empty && place >= end)
            {
                return;
            }

            if (row != Empty && keys[row] >= first && keys[row] <= last)
            {
                rows.Add((int)row);
            }
        }
    }

    private static unsafe void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    private static long FirstSlot(ulong key, long slots) => (long)Math.BigMul(key, (ulong)slots, out _);

    private static long Next(long slot, long slots) => slot + 1 == slots ? 0 : slot + 1;
}
