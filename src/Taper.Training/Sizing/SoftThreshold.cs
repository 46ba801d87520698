using Taper.Embeddings;
using Taper.Training.Layers;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// ê = sign(e) · relu(|e| − g) with a threshold g for all elements, each dimension, each row or each element. Where |e| &gt; g,
/// ∂L/∂e = ∂L/∂ê and ∂L/∂g = −sign(e) · ∂L/∂ê; elsewhere both are 0.
/// </summary>
internal sealed class SoftThreshold : IRowView, IDisposable
{
    private readonly int _rowStride;
    private readonly int _columnStride;
    private readonly long[] _shape;
    private readonly float[] _thresholds;

    /// <param name="rows">The table's number of rows.</param>
    /// <param name="dimension">The table's floats per row.</param>
    /// <param name="granularity">What has a threshold of its own.</param>
    public SoftThreshold(int rows, int dimension, PepGranularity granularity)
    {
        bool byRow = granularity is PepGranularity.Feature or PepGranularity.FeatureDimension;
        bool byColumn = granularity is PepGranularity.Dimension or PepGranularity.FeatureDimension;
        _shape = [byRow ? rows : 1, byColumn ? dimension : 1];
        _rowStride = byRow ? (int)_shape[1] : 0;
        _columnStride = byColumn ? 1 : 0;
        _thresholds = new float[_shape[0] * _shape[1]];
        Seen = new EmbeddingTable(rows, dimension);
    }

    /// <summary>Shape of the thresholds: [1 or rows × 1 or D].</summary>
    public ReadOnlySpan<long> Shape => _shape;

    public EmbeddingTable Seen { get; }

    /// <summary>Takes new thresholds.</summary>
    public void Set(Tensor thresholds)
    {
        using Tensor values = thresholds.detach().contiguous();
        values.Floats().CopyTo(_thresholds);
    }

    public void Renew(EmbeddingTable table, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            Span<float> values = table[row], seen = Seen[row];
            for (int j = 0; j < values.Length; j++)
            {
                float margin = MathF.Abs(values[j]) - Of(row, j);
                seen[j] = margin > 0 ? MathF.CopySign(margin, values[j]) : 0;
            }
        }
    }

    public Tensor Backward(EmbeddingTable table, IReadOnlyList<RowGradients> gradients)
    {
        Tensor result = zeros(_shape);
        Span<float> ofThresholds = result.Floats();
        foreach (RowGradients part in gradients)
        {
            for (int slot = 0; slot < part.Count; slot++)
            {
                int row = part.Rows[slot];
                Span<float> values = table[row], gradient = part[slot];
                for (int j = 0; j < values.Length; j++)
                {
                    gradient[j] = MathF.Abs(values[j]) > Of(row, j) ? gradient[j] : 0;
                    ofThresholds[(row * _rowStride) + (j * _columnStride)] -= MathF.Sign(values[j]) * gradient[j];
                }
            }
        }

        return result;
    }

    /// <summary>The number of elements beyond their thresholds.</summary>
    public long Count(EmbeddingTable table)
    {
        long count = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            Span<float> values = table[row];
            for (int j = 0; j < values.Length; j++)
            {
                count += MathF.Abs(values[j]) > Of(row, j) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>1 + |e| − g of every element, which is above 0 as g is below 1; the caller disposes it.</summary>
    public EmbeddingTable Margins(EmbeddingTable table)
    {
        EmbeddingTable margins = new(table.Rows, table.Dimension);
        for (int row = 0; row < table.Rows; row++)
        {
            Span<float> values = table[row], margin = margins[row];
            for (int j = 0; j < values.Length; j++)
            {
                margin[j] = 1 + MathF.Abs(values[j]) - Of(row, j);
            }
        }

        return margins;
    }

    public void Dispose() => Seen.Dispose();

    private float Of(int row, int column) => _thresholds[(row * _rowStride) + (column * _columnStride)];
}
