using System.Runtime.CompilerServices;

namespace Taper.Embeddings;

/// <summary>
/// How many leading dimensions each row keeps (0 to D). Rows of the same frequency group share their size. The
/// <c>default</c> keeps every row whole.
/// </summary>
/// <param name="groupOfRow">For each row of the table its group.</param>
/// <param name="sizeOfGroup">For each group its kept size; a size above D counts as D.</param>
public readonly ref struct PrefixSizes(ReadOnlySpan<int> groupOfRow, ReadOnlySpan<byte> sizeOfGroup)
{
    internal ReadOnlySpan<int> GroupOfRow { get; } = groupOfRow;
    internal ReadOnlySpan<byte> SizeOfGroup { get; } = sizeOfGroup;

    /// <summary>Whether every row is kept whole (the <c>default</c>).</summary>
    public bool IsFull => GroupOfRow.IsEmpty;

    /// <summary>The kept size of a row; <see cref="int.MaxValue"/> when every row is kept whole.</summary>
    /// <exception cref="IndexOutOfRangeException">The row has no group, or the group no size.</exception>
    public int this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsFull ? int.MaxValue : SizeOfGroup[GroupOfRow[row]];
    }
}
