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

    /// <summary>Builds the table, unless two rows have one key.</summary>
    /// <param name="keys">The key of each row; rows of <paramref name="reserved"/> have none.</param>
    /// <param name="slots">The table; incomplete when false is returned.</param>
    /// <param name="reserved">Rows that are not found by a key.</param>
    [SkipLocalsInit]
    public static unsafe bool TryBuild(ReadOnlySpan<ulong> keys, out uint[] slots, params ReadOnlySpan<int> reserved)
    {
        slots = new uint[SlotsFor(keys.Length - reserved.Length)];
        Array.Fill(slots, Empty);
        long* places = stackalloc long[Ahead];
        fixed (ulong* k = keys)
        fixed (uint* s = slots)
        {
            for (int first = 0; first < keys.Length; first += Ahead)
            {
                int count = Math.Min(Ahead, keys.Length - first);
                Prefetch(keys.Slice(first, count), places, k, s, slots.LongLength);
                for (int i = 0; i < count; i++)
                {
                    if (!reserved.Contains(first + i) && !TryAdd(first + i, k, s, slots.LongLength, places[i]))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static unsafe bool TryAdd(int row, ulong* keys, uint* slots, long slotCount, long slot)
    {
        while (slots[slot] != Empty)
        {
            if (keys[slots[slot]] == keys[row])
            {
                return false;
            }

            slot = Next(slot, slotCount);
        }

        slots[slot] = (uint)row;
        return true;
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
    /// The rows of many keys. What they need is asked for ahead of use, so that waits overlap.
    /// </summary>
    [SkipLocalsInit]
    public static unsafe void Find(
        ReadOnlySpan<ulong> wanted, Span<int> rows, ulong* keys, uint* slots, long slotCount, int unknownRow)
    {
        long* places = stackalloc long[Ahead];
        for (int first = 0; first < wanted.Length; first += Ahead)
        {
            int count = Math.Min(Ahead, wanted.Length - first);
            Prefetch(wanted.Slice(first, count), places, keys, slots, slotCount);
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

    /// <summary>Asks for the first slots of some keys, then for the keys of the rows they hold.</summary>
    private static unsafe void Prefetch(ReadOnlySpan<ulong> wanted, long* places, ulong* keys, uint* slots, long slotCount)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            places[i] = FirstSlot(wanted[i], slotCount);
            Prefetch(slots + places[i]);
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            uint row = slots[places[i]];
            if (row != Empty)
            {
                Prefetch(keys + row);
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
