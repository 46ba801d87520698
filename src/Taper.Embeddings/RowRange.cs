using System.Numerics;
using System.Runtime.InteropServices;

namespace Taper.Embeddings;

/// <summary>Checks the rows of a whole batch at once, so that the kernels need not check each.</summary>
internal static class RowRange
{
    public static void Check(ReadOnlySpan<int> rows, int tableRows)
    {
        ReadOnlySpan<uint> numbers = MemoryMarshal.Cast<int, uint>(rows);
        Vector<uint> wide = Vector<uint>.Zero;
        int i = 0;
        for (; i <= numbers.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            wide = Vector.Max(wide, new Vector<uint>(numbers[i..]));
        }

        uint most = 0;
        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            most = Math.Max(most, wide[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            most = Math.Max(most, numbers[i]);
        }

        if (rows.Length > 0 && most >= (uint)tableRows)
        {
            Refusal.Row((int)most, tableRows);
        }
    }
}
