using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Taper.Models.Compact;

/// <summary>
/// Where the rows of each kept size begin, counted from D downwards: with rows in the order of their size, that is all
/// it takes to find a row's numbers.
/// </summary>
internal sealed class SizeClasses
{
    private const int Lanes = 16;
    private readonly long[] origin; // where row 0 would begin if all rows had this size
    private readonly int[] laterFirstRows; // of D - 1, ..., 0, padded to whole vectors

    /// <param name="firstRow">The first row of the sizes D, D - 1, ..., 0, and at the end the number of rows.</param>
    /// <param name="firstNumber">Where their numbers begin.</param>
    public SizeClasses(long[] firstRow, long[] firstNumber)
    {
        Dimension = firstRow.Length - 2;
        Numbers = firstNumber[^1];
        origin = [.. Enumerable.Range(0, Dimension + 1).Select(place => firstNumber[place] - (firstRow[place] * (Dimension - place)))];
        laterFirstRows = new int[(Dimension + Lanes - 1) / Lanes * Lanes];
        Array.Fill(laterFirstRows, int.MaxValue);
        for (int place = 1; place <= Dimension; place++)
        {
            laterFirstRows[place - 1] = (int)firstRow[place];
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>How many numbers there are in all.</summary>
    public long Numbers { get; }

    /// <summary>The kept size of a row and where its numbers begin; the row has been checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SizeOf(int row, out long number)
    {
        int place = PlaceOf(row);
        int size = Dimension - place;
        number = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(origin), place) + ((long)row * size); // place is 0 to D
        return size;
    }

    /// <summary>How many sizes begin at or before the row: no branch depends on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(int row)
    {
        int place = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<int> wanted = Vector512.Create(row);
            for (int at = 0; at < laterFirstRows.Length; at += Lanes)
            {
                Vector512<int> begun = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(laterFirstRows), (nuint)at), wanted);
                place += System.Numerics.BitOperations.PopCount(begun.ExtractMostSignificantBits());
            }

            return place;
        }

        foreach (int first in laterFirstRows)
        {
            place += first <= row ? 1 : 0;
        }

        return place;
    }
}
