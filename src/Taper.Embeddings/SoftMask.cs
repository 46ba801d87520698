using System.Runtime.CompilerServices;

namespace Taper.Embeddings;

/// <summary>A mask that multiplies the rows of a table, one vector of D numbers per frequency group.</summary>
/// <param name="groupOfRow">For each row of the table its group.</param>
/// <param name="values">groups × D numbers, row-major.</param>
public readonly ref struct SoftMask(ReadOnlySpan<int> groupOfRow, ReadOnlySpan<float> values)
{
    /// <summary>For each row of the table its group.</summary>
    public ReadOnlySpan<int> GroupOfRow { get; } = groupOfRow;

    /// <summary>groups × D numbers, row-major.</summary>
    public ReadOnlySpan<float> Values { get; } = values;

    /// <summary>Where the mask of a row begins in <see cref="Values"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Start(int row, int dimension, int groups)
    {
        int group = GroupOfRow[row];
        if ((uint)group >= (uint)groups)
        {
            Refusal.Group(row, group, groups);
        }

        return group * dimension;
    }
}
