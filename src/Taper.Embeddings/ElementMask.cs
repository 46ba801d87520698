using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Taper.Embeddings.Lanes;
using Taper.Embeddings.Optimizers;

namespace Taper.Embeddings;

/// <summary>
/// Which elements of a table are kept: a bit for each, ⌈D / 8⌉ bytes a row with the lowest bit first, in native memory. A new
/// mask keeps all. An element that is not kept stays exactly 0 where the mask is applied to the table and the optimizer's
/// state once, and to the gradients of each step: no optimizer moves an element whose value, state and gradient are 0.
/// Reading is thread safe, writing is not. Dispose frees the memory.
/// </summary>
public sealed unsafe class ElementMask : IDisposable
{
    private byte* bits;

    /// <summary>Makes a mask that keeps every element.</summary>
    /// <param name="rows">The table's number of rows, 0 or more.</param>
    /// <param name="dimension">The table's floats per row (D), 1 to 255.</param>
    public ElementMask(int rows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
        (Rows, Dimension) = (rows, dimension);
        RowBytes = (dimension + 7) / 8;
        bits = (byte*)NativeMemory.AllocZeroed((nuint)ByteLength + 1); // kernels read two bytes at the last one
        for (int row = 0; row < rows; row++)
        {
            SetFirst(row, dimension);
        }

        Count = (long)rows * dimension;
    }

    /// <summary>The table's number of rows.</summary>
    public int Rows { get; }

    /// <summary>The floats per row (D).</summary>
    public int Dimension { get; }

    /// <summary>The bytes of a row's bits.</summary>
    public int RowBytes { get; }

    /// <summary>The size of all bits in bytes.</summary>
    public long ByteLength => (long)Rows * RowBytes;

    /// <summary>The number of kept elements.</summary>
    public long Count { get; private set; }

    /// <summary>Whether every element is kept.</summary>
    public bool IsFull => Count == (long)Rows * Dimension;

    /// <summary>The first byte of row 0's bits, to be read.</summary>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(bits is null, this);
            return bits;
        }
    }

    /// <summary>The bits of a row: element j is kept where bit j % 8 of byte j / 8 is set; bits beyond D are 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
            return new ReadOnlySpan<byte>(Pointer + ((nint)row * RowBytes), RowBytes);
        }
    }

    /// <summary>The number of kept elements of a row.</summary>
    public int SizeOf(int row) => CountOf(this[row]);

    /// <summary>The number of set bits.</summary>
    public static int CountOf(ReadOnlySpan<byte> rowBits)
    {
        int count = 0;
        foreach (byte eight in rowBits)
        {
            count += BitOperations.PopCount(eight);
        }

        return count;
    }

    /// <summary>Keeps the elements of the largest magnitude, and no others; of equal ones the first.</summary>
    /// <param name="scores">rows × D numbers, not compact; their magnitudes are compared.</param>
    /// <param name="count">How many to keep; all where there are fewer.</param>
    /// <exception cref="ArgumentException">The scores are of another shape, or compact.</exception>
    public void KeepLargest(EmbeddingTable scores, long count)
    {
        CheckShape(scores);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Refusal.IfCompact(scores);
        LargestElements largest = LargestElements.Of(scores, count);
        long ties = largest.Ties;
        Count = 0;
        for (int row = 0; row < Rows; row++)
        {
            byte* rowBits = Pointer + ((nint)row * RowBytes);
            new Span<byte>(rowBits, RowBytes).Clear();
            float* values = scores.Pointer + ((nint)row * Dimension);
            for (int j = 0; j < Dimension; j++)
            {
                uint magnitude = LargestElements.Magnitude(values[j]);
                if (magnitude > largest.Threshold || (magnitude == largest.Threshold && ties-- > 0))
                {
                    rowBits[j >> 3] |= (byte)(1 << (j & 7));
                    Count++;
                }
            }
        }
    }

    /// <summary>Takes over another mask's bits, of the same shape.</summary>
    /// <exception cref="ArgumentException">It is of another shape.</exception>
    public void CopyFrom(ElementMask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Refusal.UnlessShape(other.Rows, other.Dimension, Rows, Dimension);
        Buffer.MemoryCopy(other.Pointer, Pointer, ByteLength, ByteLength);
        Count = other.Count;
    }

    /// <summary>Takes over bits that were stored.</summary>
    /// <param name="stored"><see cref="ByteLength"/> bytes, not trusted.</param>
    /// <exception cref="FormatException">A bit beyond D is set.</exception>
    public void CopyFrom(byte* stored)
    {
        Buffer.MemoryCopy(stored, Pointer, ByteLength, ByteLength);
        Count = 0;
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<byte> rowBits = this[row];
            if (Dimension % 8 != 0 && rowBits[^1] >> (Dimension % 8) != 0)
            {
                throw new FormatException($"The mask of row {row} keeps an element beyond {Dimension}.");
            }

            Count += CountOf(rowBits);
        }
    }

    /// <summary>Sets the elements of a table that are not kept to 0.</summary>
    /// <exception cref="ArgumentException">The table is of another shape, or compact.</exception>
    public void Apply(EmbeddingTable table)
    {
        CheckShape(table);
        Refusal.IfCompact(table);
        Apply<HardwareWidth>(table.Pointer);
    }

    /// <summary>Sets an optimizer's state of the elements that are not kept to 0; state of whole rows stays.</summary>
    /// <exception cref="ArgumentException">The optimizer is of another shape, or its state is compact.</exception>
    public void Apply(SparseOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        foreach (OptimizerState state in optimizer.States.Where(state => state.IsLaidOutAsTable))
        {
            Refusal.UnlessShape(state.Rows, state.Width, Rows, Dimension);
            Refusal.UnlessSame(state.Starts, null);
            Apply<HardwareWidth>(state.Pointer);
        }
    }

    /// <summary>Sets the summed gradients of elements that are not kept to 0. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">They are of another shape.</exception>
    public void Apply(RowGradients gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Refusal.UnlessShape(gradients.TableRows, gradients.Dimension, Rows, Dimension);
        Apply<HardwareWidth>(gradients);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        NativeMemory.Free(bits);
        bits = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Apply<TWidth>(RowGradients gradients)
        where TWidth : struct, IWidth
    {
        float* values = gradients.Pointer;
        foreach (int row in gradients.Rows)
        {
            KeepElements work = new(values, Pointer + ((nint)row * RowBytes));
            Elementwise.Run<TWidth, KeepElements>(work, Dimension, Dimension);
            values += Dimension;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Apply<TWidth>(float* values)
        where TWidth : struct, IWidth
    {
        for (int row = 0; row < Rows; row++)
        {
            KeepElements work = new(values + ((nint)row * Dimension), Pointer + ((nint)row * RowBytes));
            Elementwise.Run<TWidth, KeepElements>(work, Dimension, Dimension);
        }
    }

    private void SetFirst(int row, int count)
    {
        Span<byte> rowBits = new(Pointer + ((nint)row * RowBytes), RowBytes);
        rowBits[..(count / 8)].Fill(byte.MaxValue);
        if (count % 8 != 0)
        {
            rowBits[count / 8] = (byte)((1 << (count % 8)) - 1);
        }
    }

    private void CheckShape(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refusal.UnlessShape(table.Rows, table.Dimension, Rows, Dimension);
    }
}
