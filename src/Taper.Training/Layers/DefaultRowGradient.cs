using Taper.Embeddings;
using Taper.Embeddings.Features;

namespace Taper.Training.Layers;

/// <summary>
/// The gradient of choosing size zero: with ê = default row, ∂L/∂p_u0 = Σ over the occurrences of group u of G · default.
/// </summary>
internal static class DefaultRowGradient
{
    /// <summary>Adds to one float a group.</summary>
    public static void Add(
        ReadOnlySpan<float> defaultRow, Lookup lookup, ReadOnlySpan<int> groupOfRow, ReadOnlySpan<float> outputGradient,
        int stride, Span<float> shareGradient)
    {
        bool pooled = !lookup.Offsets.IsEmpty;
        int examples = pooled ? lookup.Offsets.Length - 1 : lookup.Rows.Length;
        for (int i = 0; i < examples; i++)
        {
            int first = pooled ? lookup.Offsets[i] : i;
            int last = pooled ? lookup.Offsets[i + 1] : i + 1;
            float dot = System.Numerics.Tensors.TensorPrimitives.Dot(
                outputGradient.Slice(i * stride, defaultRow.Length), defaultRow);
            float weight = pooled && lookup.Pooling == Pooling.Mean ? 1f / Math.Max(1, last - first) : 1f;
            for (int k = first; k < last; k++)
            {
                shareGradient[groupOfRow[lookup.Rows[k]]] += weight * dot;
            }
        }
    }
}
