namespace Taper.Models.Compact;

/// <summary>The elements of a row that a mask keeps: taken together, and put back where they were.</summary>
internal static class KeptBits
{
    /// <summary>Whether a row's bits keep an element, the lowest bit first.</summary>
    public static bool Keep(ReadOnlySpan<byte> bits, int element) => (bits[element >> 3] >> (element & 7) & 1) != 0;

    /// <summary>Writes the kept numbers of a row back to back and returns how many there are.</summary>
    public static int Gather<T>(ReadOnlySpan<byte> bits, ReadOnlySpan<T> row, Span<T> kept)
    {
        int count = 0;
        for (int element = 0; element < row.Length; element++)
        {
            if (Keep(bits, element))
            {
                kept[count++] = row[element];
            }
        }

        return count;
    }

    /// <summary>
    /// Moves the first numbers of a row to the elements that are kept, and sets the others to 0. From the last on: what is still
    /// to be moved is never written over.
    /// </summary>
    /// <param name="bits">The row's bits.</param>
    /// <param name="row">D numbers, the first <paramref name="size"/> of which are moved.</param>
    /// <param name="size">As many as bits are set.</param>
    public static void Spread(ReadOnlySpan<byte> bits, Span<float> row, int size)
    {
        for (int element = row.Length - 1; element >= 0; element--)
        {
            row[element] = Keep(bits, element) ? row[--size] : 0;
        }
    }
}
