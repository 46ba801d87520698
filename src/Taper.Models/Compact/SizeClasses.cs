using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Taper.Models.Compact;

/// <summary>
/// Where the rows of each kept size begin, counted from D downwards: with rows in the order of their size, that is all
/// it takes to find a row's numbers.
/// </summary>
internal sealed class SizeClasses
{
    /// <summary>Rows that <see cref="SizesOf16"/> finds at once, and the largest D it can do that for.</summary>
    public const int Lanes = 16;

    private readonly long[] origin; // where row 0 would begin if all rows had this size; whole vectors
    private readonly int[] laterFirstRows; // of D - 1, ..., 0, padded to whole vectors

    /// <param name="firstRow">The first row of the sizes D, D - 1, ..., 0, and at the end the number of rows.</param>
    /// <param name="firstNumber">Where their numbers begin.</param>
    public SizeClasses(long[] firstRow, long[] firstNumber)
    {
        Dimension = firstRow.Length - 2;
        origin = new long[Math.Max(Lanes, Dimension + 1)];
        laterFirstRows = new int[(Dimension + Lanes - 1) / Lanes * Lanes];
        Array.Fill(laterFirstRows, int.MaxValue);
        for (int place = 0; place <= Dimension; place++)
        {
            origin[place] = firstNumber[place] - (firstRow[place] * (Dimension - place));
            if (place > 0)
            {
                laterFirstRows[place - 1] = (int)firstRow[place];
            }
        }
    }

    /// <summary>D.</summary>
    public int Dimension { get; }

    /// <summary>The kept size of a row and where its numbers begin; the row has been checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SizeOf(int row, out long number)
    {
        int place = PlaceOf(row);
        int size = Dimension - place;
        number = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(origin), place) + ((long)row * size); // place is 0 to D
        return size;
    }

    /// <summary>
    /// The kept sizes of 16 rows and where their numbers begin (anywhere for size 0), where D is at most 16 and the
    /// processor has AVX-512; the rows have been checked. The first row of each size stays in a register, to be
    /// searched by halves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> SizesOf16(Vector512<int> rows, out Vector512<long> lowerNumbers, out Vector512<long> upperNumbers)
    {
        Vector512<int> first = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(laterFirstRows));
        Vector512<int> places = StepIfBegun(first, rows, Vector512<int>.Zero, 8);
        places = StepIfBegun(first, rows, places, 4);
        places = StepIfBegun(first, rows, places, 2);
        places = StepIfBegun(first, rows, places, 1);
        places = StepIfBegun(first, rows, places, 1);
        Vector512<int> sizes = Vector512.Create(Dimension) - places;
        lowerNumbers = NumbersOf8(Vector512.WidenLower(rows), Vector512.WidenLower(places), Vector512.WidenLower(sizes));
        upperNumbers = NumbersOf8(Vector512.WidenUpper(rows), Vector512.WidenUpper(places), Vector512.WidenUpper(sizes));
        return sizes;
    }

    /// <summary>Skips so many sizes where the last of them begins at or before the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> StepIfBegun(Vector512<int> first, Vector512<int> rows, Vector512<int> places, int step)
    {
        Vector512<int> last = Avx512F.PermuteVar16x32(first, places + Vector512.Create(step - 1));
        return places + (Vector512.LessThanOrEqual(last, rows) & Vector512.Create(step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<long> NumbersOf8(Vector512<long> rows, Vector512<long> places, Vector512<long> sizes)
    {
        ref long origins = ref MemoryMarshal.GetArrayDataReference(origin);
        Vector512<long> begin = Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref origins), places, Vector512.LoadUnsafe(ref origins, 8));
        return begin + Avx512F.Multiply(rows.AsUInt32(), sizes.AsUInt32()).AsInt64();
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
