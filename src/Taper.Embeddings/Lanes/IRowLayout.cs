using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Taper.Embeddings.Lanes;

/// <summary>Where rows lie in memory; kernels are written once for any layout, and the compiler makes one of each.</summary>
internal unsafe interface IRowLayout
{
    /// <summary>Where a row begins, in floats.</summary>
    nint Start(int row);

    /// <summary>The floats that a row has room for; no more may be written.</summary>
    int Room(int row);

    /// <summary>Asks for a row that comes after the i-th.</summary>
    void AskAhead(float* values, ReadOnlySpan<int> rows, int i);
}

/// <summary>Every row has the full width.</summary>
internal readonly unsafe struct FullLayout(int dimension) : IRowLayout
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Start(int row) => (nint)row * dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Room(int row) => dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AskAhead(float* values, ReadOnlySpan<int> rows, int i) => Ahead.OfRow(values, rows, i, dimension);
}

/// <summary>Every row has room for its kept prefix: see <see cref="RowStarts"/>.</summary>
internal readonly unsafe struct CompactLayout(RowStarts starts) : IRowLayout
{
    private const int Near = 16;
    private const int Far = 32;
    private const int FloatsOfLine = 16;

    private readonly uint* first = starts.Pointer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Start(int row) => (nint)first[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Room(int row) => (int)(first[row + 1] - first[row]);

    /// <summary>First for where it begins, then for the lines that whole vectors over its prefix touch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AskAhead(float* values, ReadOnlySpan<int> rows, int i)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        if (i + Far < rows.Length)
        {
            Sse.Prefetch0(first + rows[i + Far]);
        }

        if (i + Near < rows.Length)
        {
            int row = rows[i + Near];
            float* start = values + Start(row);
            float* end = start + Room(row) + FloatsOfLine - 1;
            for (; start < end; start += FloatsOfLine)
            {
                Sse.Prefetch0(start);
            }

            Sse.Prefetch0(end);
        }
    }
}
