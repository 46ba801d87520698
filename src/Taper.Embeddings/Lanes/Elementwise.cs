using System.Runtime.CompilerServices;

namespace Taper.Embeddings.Lanes;

/// <summary>Work on the elements of some rows at one offset, as many at a time as the lanes are wide.</summary>
internal interface IElementwise
{
    /// <param name="offset">Where the lanes begin in the rows.</param>
    /// <param name="kept">How many of them may be written; at least 1, and possibly more than there are.</param>
    void Apply<TLanes>(int offset, int kept)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Runs elementwise work over the first elements of a row.</summary>
internal static class Elementwise
{
    /// <summary>
    /// The row is cut into the same blocks whatever its kept size, widest lanes first, and the last kept block is
    /// written through a mask: sizes that change from row to row cost no mispredicted branches. Blocks beyond the kept
    /// size are not touched. All rows of the work must be readable over the whole dimension. Loops over rows that call this are
    /// marked AggressiveOptimization: from a profile the JIT lays out slower code, that waits on each row's branches.
    /// </summary>
    /// <returns>The end of the last block worked on.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run<TWidth, TWork>(TWork work, int size, int dimension)
        where TWidth : struct, IWidth
        where TWork : struct, IElementwise
    {
        int offset = 0;
        if (TWidth.Lanes >= 16)
        {
            for (; offset < size && offset <= dimension - 16; offset += 16)
            {
                work.Apply<Vector512Lanes>(offset, size - offset);
            }
        }

        if (TWidth.Lanes >= 8)
        {
            for (; offset < size && offset <= dimension - 8; offset += 8)
            {
                work.Apply<Vector256Lanes>(offset, size - offset);
            }
        }

        if (TWidth.Lanes >= 4)
        {
            for (; offset < size && offset <= dimension - 4; offset += 4)
            {
                work.Apply<Vector128Lanes>(offset, size - offset);
            }
        }

        for (; offset < size; offset++)
        {
            work.Apply<ScalarLanes>(offset, size - offset);
        }

        return offset;
    }
}
