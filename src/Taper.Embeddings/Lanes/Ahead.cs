using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Taper.Embeddings.Lanes;

/// <summary>
/// Asks for memory ahead of use. Rows of a large table lie in no cache, and a row that is asked for while others are
/// worked on is there when its turn comes. It changes no result.
/// </summary>
internal static unsafe class Ahead
{
    private const int Rows = 16;
    private const int FloatsOfLine = 16;

    /// <summary>Asks for the row that follows <see cref="Rows"/> places behind the i-th.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfRow(float* values, ReadOnlySpan<int> rows, int i, int dimension)
    {
        if (Sse.IsSupported && i + Rows < rows.Length)
        {
            float* row = values + ((nint)rows[i + Rows] * dimension);
            for (int offset = 0; offset < dimension; offset += FloatsOfLine)
            {
                Sse.Prefetch0(row + offset);
            }
        }
    }
}
