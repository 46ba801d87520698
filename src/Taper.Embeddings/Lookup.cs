using System.Runtime.CompilerServices;
using Taper.Embeddings.Features;

namespace Taper.Embeddings;

/// <summary>One field of a batch: which table rows each example looks up.</summary>
/// <param name="rows">Table rows; with offsets, those of all examples back to back.</param>
/// <param name="offsets">
/// Empty when each example has one row. Otherwise count + 1 entries that never fall: example i owns
/// rows[offsets[i]..offsets[i + 1]], which may be none.
/// </param>
/// <param name="pooling">How the rows of an example become one.</param>
public readonly ref struct Lookup(ReadOnlySpan<int> rows, ReadOnlySpan<int> offsets, Pooling pooling)
{
    /// <summary>One row per example.</summary>
    public Lookup(ReadOnlySpan<int> rows)
        : this(rows, default, Pooling.Sum)
    {
    }

    /// <summary>The table rows.</summary>
    public ReadOnlySpan<int> Rows { get; } = rows;

    /// <summary>Count + 1 entries, or empty.</summary>
    public ReadOnlySpan<int> Offsets { get; } = offsets;

    /// <summary>How the rows of an example become one.</summary>
    public Pooling Pooling { get; } = pooling;

    /// <summary>The number of examples.</summary>
    public int Count => Offsets.IsEmpty ? Rows.Length : Offsets.Length - 1;

    /// <summary>Some of the examples, one after the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such examples.</exception>
    public Lookup this[Range examples]
    {
        get
        {
            (int first, int count) = examples.GetOffsetAndLength(Count);
            return Offsets.IsEmpty
                ? new Lookup(Rows.Slice(first, count), default, Pooling)
                : new Lookup(Rows, Offsets.Slice(first, count + 1), Pooling);
        }
    }

    /// <summary>The rows of one example; the lookup has been checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<int> RowsOf(int example) =>
        Offsets.IsEmpty ? Rows.Slice(example, 1) : Rows[Offsets[example]..Offsets[example + 1]];

    /// <summary>What each of <paramref name="rows"/> rows of an example counts for.</summary>
    internal float Weight(int rows) => Pooling == Pooling.Mean ? 1f / rows : 1f;

    /// <summary>Checks the rows against the table, the offsets, and that the strided examples fit.</summary>
    internal void Check(int tableRows, int dimension, int strided, int stride)
    {
        RowRange.Check(Rows, tableRows);
        Refusal.UnlessFits(Count, dimension, strided, stride);
        if (Offsets.IsEmpty)
        {
            return;
        }

        int last = 0;
        foreach (int offset in Offsets)
        {
            if (offset < last || offset > Rows.Length)
            {
                Refusal.Offset(offset, last, Rows.Length);
            }

            last = offset;
        }
    }
}
