using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings;

/// <summary>
/// The gradients of a batch, summed per distinct table row, so that every row is updated once. A row gets a slot when
/// it is first met; slots are in order of first occurrence. Costs 4 bytes per table row, grows to the distinct rows of
/// the largest batch, and then allocates nothing. Not thread safe: threads share the work by each taking a part of the
/// rows (<see cref="Parts"/>), so that each row is still summed by one thread in the order of the batch.
/// </summary>
public sealed unsafe class RowGradients : IDisposable
{
    private const int FirstCapacity = 256;
    private const int RowsAhead = 16;

    private readonly int part; // own rows are those whose lowest bits are this
    private readonly int partBits;
    private readonly int[] slotOfOwnRow; // at row >> partBits
    private int[] rows = new int[FirstCapacity];
    private NativeFloats sums;

    /// <summary>Makes an empty sum for a table.</summary>
    /// <param name="tableRows">The table's number of rows, 0 or more.</param>
    /// <param name="dimension">The table's floats per row (D), 1 to 255.</param>
    public RowGradients(int tableRows, int dimension)
        : this(tableRows, dimension, part: 0, partBits: 0)
    {
    }

    private RowGradients(int tableRows, int dimension, int part, int partBits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tableRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
        TableRows = tableRows;
        Dimension = dimension;
        this.part = part;
        this.partBits = partBits;
        slotOfOwnRow = new int[(tableRows >> partBits) + 1];
        slotOfOwnRow.AsSpan().Fill(-1);
        sums = new NativeFloats((long)FirstCapacity * dimension);
    }

    /// <summary>
    /// Sums of which each takes every n-th row and passes over the others. Together they are one sum over all rows; each
    /// may be used by a thread of its own.
    /// </summary>
    /// <param name="tableRows">The table's number of rows, 0 or more.</param>
    /// <param name="dimension">The table's floats per row (D), 1 to 255.</param>
    /// <param name="threads">Threads to share the work, 1 or more: the number of parts is the next lower power of two.</param>
    public static IReadOnlyList<RowGradients> Parts(int tableRows, int dimension, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int bits = BitOperations.Log2((uint)threads);
        return [.. Enumerable.Range(0, 1 << bits).Select(part => new RowGradients(tableRows, dimension, part, bits))];
    }

    /// <summary>The table's number of rows.</summary>
    public int TableRows { get; }

    /// <summary>The floats per row (D).</summary>
    public int Dimension { get; }

    /// <summary>The number of distinct rows met since the last <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The table row of each slot.</summary>
    public ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    /// <summary>The D summed gradients of a slot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public Span<float> this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(slot);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Count);
            return new Span<float>(Pointer + ((nint)slot * Dimension), Dimension);
        }
    }

    /// <summary>The rows of the table that are summed here: the first, and how many rows on the next one is.</summary>
    internal (int First, int Step) OwnRows => (part, 1 << partBits);

    /// <summary>The first float of slot 0; invalid after the next Add.</summary>
    internal float* Pointer => sums.Pointer;

    /// <summary>The slot of a table row, or -1 when the row was not met.</summary>
    public int SlotOf(int row) => Owns(row) ? slotOfOwnRow[row >> partBits] : -1;

    /// <summary>Forgets all rows; the memory is kept for the next batch.</summary>
    public void Clear()
    {
        foreach (int row in Rows)
        {
            slotOfOwnRow[row >> partBits] = -1;
        }

        Count = 0;
    }

    /// <summary>
    /// Adds the gradients of <see cref="Gather.Prefix"/>: each row's kept prefix gets its example's gradient (divided by
    /// the example's number of rows under mean pooling), nothing beyond.
    /// </summary>
    /// <param name="lookup">The N examples that were looked up.</param>
    /// <param name="sizes">The kept sizes, or default to keep every row whole.</param>
    /// <param name="outputGradient">∂L/∂output: example i at [i · stride .. + D].</param>
    /// <param name="stride">Floats from one example to the next, D or more.</param>
    /// <exception cref="ArgumentException">A row, offset or length is out of range.</exception>
    public void AddPrefix(Lookup lookup, PrefixSizes sizes, ReadOnlySpan<float> outputGradient, int stride) =>
        AddPrefix<HardwareWidth>(lookup, sizes, outputGradient, stride);

    /// <summary>
    /// Adds the gradients of <see cref="Gather.Masked"/>: each row gets its example's gradient times its group's mask
    /// (divided by the example's number of rows under mean pooling).
    /// </summary>
    /// <param name="lookup">The N examples that were looked up.</param>
    /// <param name="mask">groups × D numbers.</param>
    /// <param name="outputGradient">∂L/∂output: example i at [i · stride .. + D].</param>
    /// <param name="stride">Floats from one example to the next, D or more.</param>
    /// <exception cref="ArgumentException">A row, group, offset or length is out of range.</exception>
    public void AddMasked(Lookup lookup, SoftMask mask, ReadOnlySpan<float> outputGradient, int stride) =>
        AddMasked<HardwareWidth>(lookup, mask, outputGradient, stride);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => sums.Dispose();

    internal void AddPrefix<TWidth>(Lookup lookup, PrefixSizes sizes, ReadOnlySpan<float> outputGradient, int stride)
        where TWidth : struct, IWidth
    {
        lookup.Check(TableRows, Dimension, outputGradient.Length, stride);
        fixed (float* start = outputGradient)
        {
            float* gradient = start;
            if (lookup.Offsets.IsEmpty)
            {
                ReadOnlySpan<int> one = lookup.Rows;
                for (int i = 0; i < one.Length; i++, gradient += stride)
                {
                    AskAhead(one, i);
                    AddPrefix<TWidth>(one[i], sizes, gradient, 1f);
                }

                return;
            }

            for (int example = 0; example < lookup.Count; example++, gradient += stride)
            {
                ReadOnlySpan<int> looked = lookup.RowsOf(example);
                float weight = lookup.Weight(looked.Length);
                foreach (int row in looked)
                {
                    AddPrefix<TWidth>(row, sizes, gradient, weight);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddPrefix<TWidth>(int row, PrefixSizes sizes, float* gradient, float weight)
        where TWidth : struct, IWidth
    {
        if (!Owns(row))
        {
            return;
        }

        int size = Math.Min(sizes[row], Dimension);
        AddScaled work = new(SumOf(row), gradient, weight);
        Elementwise.Run<TWidth, AddScaled>(work, size, Dimension);
    }

    internal void AddMasked<TWidth>(Lookup lookup, SoftMask mask, ReadOnlySpan<float> outputGradient, int stride)
        where TWidth : struct, IWidth
    {
        int groups = mask.Values.Length / Dimension;
        lookup.Check(TableRows, Dimension, outputGradient.Length, stride);
        fixed (float* start = outputGradient, masks = mask.Values)
        {
            float* gradient = start;
            for (int example = 0; example < lookup.Count; example++, gradient += stride)
            {
                ReadOnlySpan<int> looked = lookup.RowsOf(example);
                float weight = lookup.Weight(looked.Length);
                foreach (int row in looked)
                {
                    if (!Owns(row))
                    {
                        continue;
                    }

                    float* factors = masks + mask.Start(row, Dimension, groups);
                    AddProduct work = new(SumOf(row), gradient, factors, weight);
                    Elementwise.Run<TWidth, AddProduct>(work, Dimension, Dimension);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Owns(int row) => (row & ((1 << partBits) - 1)) == part;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AskAhead(ReadOnlySpan<int> looked, int i)
    {
        if (Sse.IsSupported && i + RowsAhead < looked.Length)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref slotOfOwnRow[looked[i + RowsAhead] >> partBits]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* SumOf(int row)
    {
        int slot = slotOfOwnRow[row >> partBits];
        if (slot < 0)
        {
            slot = NewSlot(row);
        }

        return Pointer + ((nint)slot * Dimension);
    }

    private int NewSlot(int row)
    {
        if (Count == rows.Length)
        {
            Grow();
        }

        int slot = Count++;
        rows[slot] = row;
        slotOfOwnRow[row >> partBits] = slot;
        this[slot].Clear();
        return slot;
    }

    private void Grow()
    {
        int capacity = Math.Max(FirstCapacity, (int)Math.Min(Array.MaxLength, 2L * rows.Length));
        NativeFloats larger = new((long)capacity * Dimension);
        nuint used = (nuint)Count * (nuint)Dimension * sizeof(float);
        NativeMemory.Copy(sums.Pointer, larger.Pointer, used);
        sums.Dispose();
        sums = larger;
        Array.Resize(ref rows, capacity);
    }
}
