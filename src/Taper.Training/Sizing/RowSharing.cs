using System.Numerics.Tensors;
using Taper.Embeddings;
using Taper.Models;

namespace Taper.Training.Sizing;

/// <summary>Which stored rows the embedding of each value is made of: one, or two that are multiplied or added.</summary>
/// <param name="first">For each value the stored row that it is given at first.</param>
/// <param name="second">For each value its second stored row, or −1 where it has none.</param>
/// <param name="combination">What becomes of the two.</param>
internal abstract class RowSharing(int[] first, int[] second, RowCombination combination)
{
    /// <summary>Number of stored rows.</summary>
    public required int StoredRows { get; init; }

    /// <summary>Number of values.</summary>
    public int Values => first.Length;

    /// <summary>What becomes of two rows.</summary>
    public RowCombination Combination => combination;

    /// <summary>The stored row that a value was given at first.</summary>
    protected int GivenRowOf(int value) => first[value];

    /// <summary>No value has a second row.</summary>
    public static int[] NoSecond(int values)
    {
        int[] none = new int[values];
        Array.Fill(none, -1);
        return none;
    }

    /// <summary>The stored row of a value.</summary>
    public abstract int FirstOf(int value);

    /// <summary>Its second stored row, or −1.</summary>
    public int SecondOf(int value) => second[value];

    /// <summary>Told ∂L/∂e of each value of a training batch, before anything is updated.</summary>
    public virtual void Observe(int value, ReadOnlySpan<float> gradient)
    {
    }

    /// <summary>Makes second rows neutral at first: factors start around 1.</summary>
    public void Prepare(EmbeddingTable stored)
    {
        if (combination == RowCombination.Product)
        {
            foreach (int row in second.Where(row => row >= 0).Distinct())
            {
                TensorPrimitives.Add(stored[row], 1f, stored[row]);
            }
        }
    }

    /// <summary>The part of some values that follow each other and share rows with no others.</summary>
    public SharedRows Of(int firstValue, int count)
    {
        int[] firsts = [.. Enumerable.Range(firstValue, count).Select(FirstOf)];
        ArraySegment<int> seconds = new(second, firstValue, count);
        int firstRow = firsts.Min();
        return new SharedRows(firstRow, Math.Max(firsts.Max(), seconds.Max()) + 1 - firstRow, firsts, seconds, combination);
    }

    /// <summary>e of a value.</summary>
    public void Compose(EmbeddingTable stored, int value, Span<float> e)
    {
        ReadOnlySpan<float> row = stored[FirstOf(value)];
        if (second[value] < 0)
        {
            row.CopyTo(e);
        }
        else if (combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(row, stored[second[value]], e);
        }
        else
        {
            TensorPrimitives.Add(row, stored[second[value]], e);
        }
    }

    /// <summary>∂L/∂e of a value as the gradient of one of its rows: times the other one where they are multiplied.</summary>
    public void Spread(EmbeddingTable stored, ReadOnlySpan<float> gradient, int other, Span<float> result)
    {
        if (other >= 0 && combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(gradient, stored[other], result);
        }
        else
        {
            gradient.CopyTo(result);
        }
    }
}
