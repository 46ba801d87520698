using System.Numerics.Tensors;

namespace Taper.Models.Compact;

/// <summary>Reads the embeddings of values that are made of stored rows, one or two each.</summary>
/// <param name="stored">Reads the stored rows.</param>
/// <param name="rowsOfValue">The stored rows of each value, checked; <see cref="None"/> for a second one that is not there.</param>
/// <param name="entry">How many a value has, and what becomes of two.</param>
/// <param name="dimension">D.</param>
internal sealed unsafe class SharedRowReader(RowReader stored, uint* rowsOfValue, SharedRowsEntry entry, int dimension)
{
    /// <summary>What stands for no second row.</summary>
    public const uint None = uint.MaxValue;

    private const int Block = 32;

    /// <summary>Reads one value, D floats.</summary>
    public void Read(int value, Span<float> destination) => Read([value], destination, dimension);

    /// <summary>Reads values, the i-th to destination[i · stride .. + D]; values and lengths have been checked.</summary>
    public void Read(ReadOnlySpan<int> values, Span<float> destination, int stride)
    {
        Span<int> rows = stackalloc int[Block];
        Span<float> second = stackalloc float[byte.MaxValue];
        for (int start = 0; start < values.Length; start += Block)
        {
            ReadOnlySpan<int> block = values[start..Math.Min(values.Length, start + Block)];
            Span<float> output = destination[(start * stride)..];
            for (int i = 0; i < block.Length; i++)
            {
                rows[i] = (int)rowsOfValue[(long)block[i] * entry.RowsOfValue];
            }

            stored.Read(rows[..block.Length], output, stride);
            for (int i = 0; i < block.Length && entry.RowsOfValue == 2; i++)
            {
                uint row = rowsOfValue[((long)block[i] * 2) + 1];
                if (row != None)
                {
                    stored.Read((int)row, second);
                    Combine(output.Slice(i * stride, dimension), second[..dimension]);
                }
            }
        }
    }

    private void Combine(Span<float> first, ReadOnlySpan<float> second)
    {
        if (entry.Combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(first, second, first);
        }
        else
        {
            TensorPrimitives.Add(first, second, first);
        }
    }
}
