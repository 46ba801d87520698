using System.Runtime.InteropServices;

namespace Taper.Embeddings;

/// <summary>
/// Zeroed floats in native memory, aligned to 64 bytes. There is no finalizer: kernels hold raw pointers, and memory
/// that is freed behind them is worse than memory that is freed late. Whoever makes one disposes it. Rows are read at
/// random, so large tables ask for huge pages: with small ones nearly each row of a table of gigabytes misses the TLB.
/// </summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private const nuint Alignment = 64;
    private const nuint HugePage = 2 << 20;

    private float* pointer;

    public NativeFloats(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        nuint bytes = checked((nuint)count * sizeof(float));
        Count = count;
        bool large = bytes >= 2 * HugePage;
        pointer = (float*)NativeMemory.AlignedAlloc(nuint.Max(bytes, Alignment), large ? HugePage : Alignment);
        if (large)
        {
            HugePages.Ask(pointer, bytes);
        }

        NativeMemory.Clear(pointer, bytes);
    }

    public long Count { get; }

    public float* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(pointer is null, this);
            return pointer;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(pointer);
        pointer = null;
    }
}
