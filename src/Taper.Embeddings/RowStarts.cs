using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Taper.Embeddings;

/// <summary>
/// Where each row of a compact table begins: rows in their order, each as long as its kept prefix. 4 bytes a row, so that
/// there are at most 4,294,967,295 kept floats. Immutable; thread-safe.
/// </summary>
internal sealed unsafe class RowStarts
{
    private readonly uint[] starts; // pinned; one more entry than rows

    /// <exception cref="ArgumentException">There are too many kept floats.</exception>
    public RowStarts(int rows, int dimension, PrefixSizes sizes)
    {
        starts = GC.AllocateUninitializedArray<uint>(rows + 1, pinned: true);
        long next = 0;
        for (int row = 0; row < rows; row++)
        {
            starts[row] = (uint)next;
            next += Math.Min(sizes[row], dimension);
            if (next > uint.MaxValue)
            {
                throw new ArgumentException($"A compact table has at most {uint.MaxValue} floats; keep the table as it is.", nameof(sizes));
            }
        }

        starts[rows] = (uint)next;
    }

    /// <summary>The floats of all rows.</summary>
    public long Count => starts[^1];

    /// <summary>The first row's start; the array does not move while this lives.</summary>
    public uint* Pointer => (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(starts));

    /// <summary>Where a row begins, in floats.</summary>
    public nint Start(int row) => (nint)starts[row];

    /// <summary>The kept size of a row.</summary>
    public int SizeOf(int row) => (int)(starts[row + 1] - starts[row]);
}
