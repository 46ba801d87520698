using System.Diagnostics.CodeAnalysis;

namespace Taper.Embeddings;

/// <summary>Throws what the kernels refuse; kept apart so that the hot loops stay small.</summary>
internal static class Refusal
{
    [DoesNotReturn]
    public static void Row(int row, int tableRows) =>
        throw new ArgumentOutOfRangeException(nameof(row), row, $"The table has rows 0 to {tableRows - 1}.");

    [DoesNotReturn]
    public static void Group(int row, int group, int groups) =>
        throw new ArgumentOutOfRangeException(nameof(group), group, $"Row {row} must have a group of 0 to {groups - 1}.");

    [DoesNotReturn]
    public static void Offset(int offset, int least, int most) =>
        throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The next offset must be {least} to {most}.");

    public static void IfCompact(EmbeddingTable table)
    {
        if (table.IsCompact)
        {
            throw new ArgumentException("A compact table has no more than the kept prefixes; this needs whole rows.");
        }
    }

    public static void UnlessSame(RowStarts? starts, RowStarts? expected)
    {
        if (starts != expected)
        {
            throw new ArgumentException("The table is laid out otherwise than the optimizer's state.");
        }
    }

    public static void UnlessFits(int count, int dimension, int length, int stride)
    {
        if (stride < dimension)
        {
            throw new ArgumentOutOfRangeException(nameof(stride), stride, $"The stride must be at least the dimension, {dimension}.");
        }

        long needed = count == 0 ? 0 : ((long)(count - 1) * stride) + dimension;
        if (length < needed)
        {
            throw new ArgumentException($"{count} examples with a stride of {stride} need {needed} floats; there are {length}.");
        }
    }

    public static void UnlessShape(int rows, int dimension, int expectedRows, int expectedDimension)
    {
        if (rows != expectedRows || dimension != expectedDimension)
        {
            throw new ArgumentException($"The shape is {rows} × {dimension}, expected {expectedRows} × {expectedDimension}.");
        }
    }
}
