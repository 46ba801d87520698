using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings;

/// <summary>
/// The gradients of a batch, summed per distinct table row, so that every row is updated once. A row gets a slot when
/// it is first met; slots are in order of first occurrence. Costs 4 bytes per table row, grows to the distinct rows of
/// the largest batch, and then allocates nothing. Not thread safe.
/// </summary>
public sealed unsafe class RowGradients : IDisposable
{
    private const int FirstCapacity = 256;

    private readonly int[] slotOfRow;
    private int[] rows = new int[FirstCapacity];
    private NativeFloats sums;

    /// <summary>Makes an empty sum for a table.</summary>
    /// <param name="tableRows">The table's number of rows, 0 or more.</param>
    /// <param name="dimension">The table's floats per row (D), 1 to 255.</param>
    public RowGradients(int tableRows, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tableRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, byte.MaxValue);
        Dimension = dimension;
        slotOfRow = new int[tableRows];
        slotOfRow.AsSpan().Fill(-1);
        sums = new NativeFloats((long)FirstCapacity * dimension);
    }

    /// <summary>The table's number of rows.</summary>
    public int TableRows => slotOfRow.Length;

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

    /// <summary>The first float of slot 0; invalid after the next Add.</summary>
    internal float* Pointer => sums.Pointer;

    /// <summary>The slot of a table row, or -1 when the row was not met.</summary>
    public int SlotOf(int row) => slotOfRow[row];

    /// <summary>Forgets all rows; the memory is kept for the next batch.</summary>
    public void Clear()
    {
        foreach (int row in Rows)
        {
            slotOfRow[row] = -1;
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
        fixed (int* slots = slotOfRow)
        {
            float* gradient = start;
            if (lookup.Offsets.IsEmpty)
            {
                ReadOnlySpan<int> one = lookup.Rows;
                for (int i = 0; i < one.Length; i++, gradient += stride)
                {
                    Ahead.OfRow((float*)slots, one, i, 1);
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
                    float* factors = masks + mask.Start(row, Dimension, groups);
                    AddProduct work = new(SumOf(row), gradient, factors, weight);
                    Elementwise.Run<TWidth, AddProduct>(work, Dimension, Dimension);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* SumOf(int row)
    {
        int slot = slotOfRow[row];
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
        slotOfRow[row] = slot;
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
