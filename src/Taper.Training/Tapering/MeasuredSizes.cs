using Taper.Embeddings;

namespace Taper.Training.Tapering;

/// <summary>
/// The size of each table row within a budget: row i keeps the prefix s that carries the most beyond a price on each
/// dimension, argmax_s Σ_{j &lt; s} w_i e_ij² E[G_j²] − price · s
/// (<see cref="Saliency"/>), at the lowest price at which all of them fit.
/// </summary>
internal sealed class MeasuredSizes
{
    private const int Bisections = 48;
    private const int Block = 4096;

    private readonly EmbeddingTable _table;
    private readonly Saliency _saliency;
    private readonly int _rows;

    private MeasuredSizes(EmbeddingTable table, Saliency saliency)
    {
        _table = table;
        _saliency = saliency;
        _rows = saliency.Rows;
    }

    /// <summary>The sizes of all rows; their sum is at most the limit.</summary>
    /// <param name="table">Whole rows in aligned coordinates.</param>
    /// <param name="saliency">Of these rows.</param>
    /// <param name="limit">Most parameters.</param>
    public static byte[] Of(EmbeddingTable table, Saliency saliency, long limit) =>
        new MeasuredSizes(table, saliency).Solve(limit);

    private byte[] Solve(long limit)
    {
        byte[] sizes = new byte[_rows], larger = new byte[_rows];
        double low = 0, high = MostOfADimension();
        if (Choose(low, larger) <= limit)
        {
            return larger;
        }

        long total = Choose(high, sizes);
        byte[] trial = new byte[_rows];
        for (int i = 0; i < Bisections; i++)
        {
            double price = low > 0 ? Math.Sqrt(low * high) : high * 1e-6;
            long parameters = Choose(price, trial);
            if (parameters <= limit)
            {
                (high, total) = (price, parameters);
                (sizes, trial) = (trial, sizes);
            }
            else
            {
                low = price;
                (larger, trial) = (trial, larger);
            }
        }

        SpendRest(sizes, larger, limit - total);
        return sizes;
    }

    /// <summary>Rows at the margin take their next size while it fits, the most frequent of each vocabulary first.</summary>
    private static void SpendRest(byte[] sizes, byte[] larger, long left)
    {
        for (int row = 0; row < sizes.Length && left > 0; row++)
        {
            int more = (int)Math.Min(left, larger[row] - sizes[row]);
            sizes[row] += (byte)more;
            left -= more;
        }
    }

    private double MostOfADimension()
    {
        float most = 0;
        for (int row = 0; row < _rows; row++)
        {
            ReadOnlySpan<float> curvature = _saliency.Curvature(row);
            Span<float> values = _table[row];
            for (int j = 0; j < values.Length; j++)
            {
                most = Math.Max(most, _saliency.Weight(row) * values[j] * values[j] * curvature[j]);
            }
        }

        return 2.0 * most;
    }

    private long Choose(double price, byte[] sizes)
    {
        long total = 0;
        Parallel.For(0L, (_rows + Block - 1) / Block, () => 0L, (block, _, sum) => sum + Choose((float)price, sizes, (int)block), sum => Interlocked.Add(ref total, sum));
        return total;
    }

    private long Choose(float price, byte[] sizes, int block)
    {
        long total = 0;
        for (int row = block * Block; row < Math.Min(_rows, (block + 1) * Block); row++)
        {
            ReadOnlySpan<float> curvature = _saliency.Curvature(row);
            Span<float> values = _table[row];
            float carried = 0, best = 0, weight = _saliency.Weight(row);
            int size = 0;
            for (int j = 0; j < values.Length; j++)
            {
                carried += (weight * values[j] * values[j] * curvature[j]) - price;
                (size, best) = carried > best ? (j + 1, carried) : (size, best);
            }

            sizes[row] = (byte)size;
            total += size;
        }

        return total;
    }
}
