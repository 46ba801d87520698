using System.Runtime.CompilerServices;
using Taper.Embeddings.Lanes;

namespace Taper.Embeddings;

/// <summary>
/// The gradient of a mask: ∂L/∂m_uj = Σ G_j · e_j over the occurrences of frequency group u, for every dimension j,
/// also those the mask hides; that is what lets an embedding grow again.
/// </summary>
public static unsafe class MaskGradient
{
    /// <summary>Adds the gradient of one field of a batch to <paramref name="maskGradient"/>. Allocates nothing.</summary>
    /// <param name="table">rows × D, not compact: hidden dimensions count.</param>
    /// <param name="lookup">The N examples that were looked up; under mean pooling each row counts for its share.</param>
    /// <param name="groupOfRow">For each row of the table its group.</param>
    /// <param name="outputGradient">G = ∂L/∂output: example i at [i · stride .. + D].</param>
    /// <param name="stride">Floats from one example to the next, D or more.</param>
    /// <param name="maskGradient">groups × D sums, row-major; added to, not cleared.</param>
    /// <exception cref="ArgumentException">A row, group, offset or length is out of range.</exception>
    public static void Add(
        EmbeddingTable table,
        Lookup lookup,
        ReadOnlySpan<int> groupOfRow,
        ReadOnlySpan<float> outputGradient,
        int stride,
        Span<float> maskGradient) =>
        Add<HardwareWidth>(table, lookup, new SoftMask(groupOfRow, default), outputGradient, stride, maskGradient);

    /// <summary>
    /// Adds the gradient of all fields of a batch at once, from the gradients summed per row: Σ over the occurrences of a
    /// row of G ⊙ e is (Σ G) ⊙ e, and a batch has far fewer rows than occurrences. Allocates nothing.
    /// </summary>
    /// <param name="table">rows × D, not compact: hidden dimensions count.</param>
    /// <param name="gradients">The batch's gradients, summed over whole rows (<see cref="RowGradients.AddPrefix"/> with default sizes).</param>
    /// <param name="groupOfRow">For each row of the table its group.</param>
    /// <param name="maskGradient">groups × D sums, row-major; added to, not cleared.</param>
    /// <exception cref="ArgumentException">A group is out of range, or the gradients are of another shape.</exception>
    public static void Add(EmbeddingTable table, RowGradients gradients, ReadOnlySpan<int> groupOfRow, Span<float> maskGradient) =>
        Add<HardwareWidth>(table, gradients, new SoftMask(groupOfRow, default), maskGradient);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add<TWidth>(EmbeddingTable table, RowGradients gradients, SoftMask groups, Span<float> maskGradient)
        where TWidth : struct, IWidth
    {
        Refusal.UnlessShape(gradients.TableRows, gradients.Dimension, table.Rows, table.Dimension);
        Refusal.IfCompact(table);
        int dimension = table.Dimension;
        int groupCount = maskGradient.Length / dimension;
        fixed (float* sums = maskGradient)
        {
            float* values = table.Pointer;
            float* gradient = gradients.Pointer;
            ReadOnlySpan<int> rows = gradients.Rows;
            for (int i = 0; i < rows.Length; i++)
            {
                int row = rows[i];
                Ahead.OfRow(values, rows, i, dimension);
                float* sum = sums + groups.Start(row, dimension, groupCount);
                AddProduct work = new(sum, gradient, values + ((nint)row * dimension), 1f);
                Elementwise.Run<TWidth, AddProduct>(work, dimension, dimension);
                gradient += dimension;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add<TWidth>(
        EmbeddingTable table,
        Lookup lookup,
        SoftMask groups,
        ReadOnlySpan<float> outputGradient,
        int stride,
        Span<float> maskGradient)
        where TWidth : struct, IWidth
    {
        Refusal.IfCompact(table);
        int dimension = table.Dimension;
        int groupCount = maskGradient.Length / dimension;
        lookup.Check(table.Rows, dimension, outputGradient.Length, stride);
        fixed (float* start = outputGradient, sums = maskGradient)
        {
            float* values = table.Pointer;
            float* gradient = start;
            for (int example = 0; example < lookup.Count; example++, gradient += stride)
            {
                ReadOnlySpan<int> rows = lookup.RowsOf(example);
                float weight = lookup.Weight(rows.Length);
                foreach (int row in rows)
                {
                    float* sum = sums + groups.Start(row, dimension, groupCount);
                    AddProduct work = new(sum, gradient, values + ((nint)row * dimension), weight);
                    Elementwise.Run<TWidth, AddProduct>(work, dimension, dimension);
                }
            }
        }
    }
}
