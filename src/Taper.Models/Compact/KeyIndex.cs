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
    public static unsafe int Find(ulong key, ulong* keys, uint* slots, long slotCount)
    {
        long slot = FirstSlot(key, slotCount);
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

    private static long FirstSlot(ulong key, long slots) => (long)Math.BigMul(key, (ulong)slots, out _);

    private static long Next(long slot, long slots) => slot + 1 == slots ? 0 : slot + 1;
}
