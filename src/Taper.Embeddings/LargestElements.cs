namespace Taper.Embeddings;

/// <summary>
/// Which elements of a table are the largest in magnitude, without sorting: the bits of non-negative floats are ordered as
/// the floats are, so that counting their upper and then their lower halves finds the smallest one to keep.
/// </summary>
/// <param name="Threshold">The bits of the magnitude above which all elements belong to the largest.</param>
/// <param name="Ties">How many of those with this very magnitude belong to them.</param>
internal readonly record struct LargestElements(uint Threshold, long Ties)
{
    private const int Halves = 1 << 16;

    /// <summary>The bits of |x|.</summary>
    public static uint Magnitude(float value) => BitConverter.SingleToUInt32Bits(value) & int.MaxValue;

    /// <summary>Finds the largest <paramref name="count"/> elements; all where there are fewer.</summary>
    public static unsafe LargestElements Of(EmbeddingTable table, long count)
    {
        long elements = (long)table.Rows * table.Dimension;
        if (count >= elements)
        {
            return new LargestElements(0, elements);
        }

        long[] places = new long[Halves];
        for (long i = 0; i < elements; i++)
        {
            places[Magnitude(table.Pointer[i]) >> 16]++;
        }

        uint upper = PlaceOf(places, ref count);
        Array.Clear(places);
        for (long i = 0; i < elements; i++)
        {
            uint magnitude = Magnitude(table.Pointer[i]);
            if (magnitude >> 16 == upper)
            {
                places[magnitude & (Halves - 1)]++;
            }
        }

        return new LargestElements((upper << 16) | PlaceOf(places, ref count), count);
    }

    /// <summary>The place of the count-th element from the top; the count becomes that within its place.</summary>
    private static uint PlaceOf(long[] places, ref long count)
    {
        int place = Halves - 1;
        for (; place > 0 && places[place] < count; place--)
        {
            count -= places[place];
        }

        return (uint)place;
    }
}
