using System.Runtime.CompilerServices;

namespace Taper.Embeddings.Lanes;

/// <summary>Work on the elements of some rows at one offset, as many at a time as the lanes are wide.</summary>
internal interface IElementwise
{
    void Apply<TLanes>(int offset)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Runs elementwise work over the first elements of a row: widest lanes first, narrower ones for the rest.</summary>
internal static class Elementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TWidth, TWork>(TWork work, int count)
        where TWidth : struct, IWidth
        where TWork : struct, IElementwise
    {
        int offset = 0;
        if (TWidth.Lanes >= 16)
        {
            for (; offset <= count - 16; offset += 16)
            {
                work.Apply<Vector512Lanes>(offset);
            }
        }

        if (TWidth.Lanes >= 8)
        {
            for (; offset <= count - 8; offset += 8)
            {
                work.Apply<Vector256Lanes>(offset);
            }
        }

        if (TWidth.Lanes >= 4)
        {
            for (; offset <= count - 4; offset += 4)
            {
                work.Apply<Vector128Lanes>(offset);
            }
        }

        for (; offset < count; offset++)
        {
            work.Apply<ScalarLanes>(offset);
        }
    }
}
