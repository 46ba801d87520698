using System.Numerics.Tensors;
using Taper.Embeddings;
using Taper.Models;

namespace Taper.Training.Sizing;

/// <summary>Which stored rows the embedding of each value is made of: one, or two that are multiplied or added.</summary>
/// <param name="First">For each value its stored row.</param>
/// <param name="Second">For each value its second stored row, or −1 where it has none.</param>
/// <param name="Combination">What becomes of the two.</param>
/// <param name="StoredRows">Number of stored rows.</param>
internal sealed record RowSharing(int[] First, int[] Second, RowCombination Combination, int StoredRows)
{
    /// <summary>Makes second rows neutral at first: factors start around 1.</summary>
    public void Prepare(EmbeddingTable stored)
    {
        if (Combination == RowCombination.Product)
        {
            foreach (int row in Second.Where(row => row >= 0).Distinct())
            {
                TensorPrimitives.Add(stored[row], 1f, stored[row]);
            }
        }
    }

    /// <summary>The part of some values that follow each other and share rows with no others.</summary>
    public SharedRows Of(int firstValue, int count)
    {
        ArraySegment<int> first = new(First, firstValue, count), second = new(Second, firstValue, count);
        int firstRow = first.Min();
        return new SharedRows(firstRow, Math.Max(first.Max(), second.Max()) + 1 - firstRow, first, second, Combination);
    }

    /// <summary>e of a value.</summary>
    public void Compose(EmbeddingTable stored, int value, Span<float> e)
    {
        ReadOnlySpan<float> first = stored[First[value]];
        if (Second[value] < 0)
        {
            first.CopyTo(e);
        }
        else if (Combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(first, stored[Second[value]], e);
        }
        else
        {
            TensorPrimitives.Add(first, stored[Second[value]], e);
        }
    }

    /// <summary>What ∂L/∂e of a value is multiplied with for its first row's gradient, or its second's: the other row, or 1.</summary>
    public void Spread(EmbeddingTable stored, ReadOnlySpan<float> gradient, int other, Span<float> result)
    {
        if (other >= 0 && Combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(gradient, stored[other], result);
        }
        else
        {
            gradient.CopyTo(result);
        }
    }
}
