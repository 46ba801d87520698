using Taper.Embeddings;
using Taper.Training.Sizing;

namespace Taper.Training.Tapering;

/// <summary>
/// The size of each table row within a budget: row i keeps the prefix s that carries the most beyond a price on each
/// dimension, argmax_s Σ_{j &lt; s} w_i e_ij² E[G_j²] − price · s, at the lowest price at which all of them fit.
/// </summary>
internal sealed class MeasuredSizes
{
    private const int Bisections = 48;
    private const int Block = 4096;

    /// <summary>
    /// w_i = count^0.5, chosen on validation (Frappe). In full proportion to the count, the frequent values would take
    /// dimensions that fine-tuning makes more of when the others have them.
    /// </summary>
    private const double CountPower = 0.5;

    private readonly EmbeddingTable _table;
    private readonly int _rows;
    private readonly float[] _weights;
    private readonly int[] _vocabularies;
    private readonly float[][] _curvature;

    private MeasuredSizes(EmbeddingTable table, FrequencyGroups values, IReadOnlyList<Alignment> alignments)
    {
        _table = table;
        _rows = values.TableRows;
        _weights = [.. values.Counts.ToArray().Select(count => (float)Math.Pow(count, CountPower))];
        _vocabularies = values.Vocabularies.ToArray();
        _curvature = [.. alignments.Select(alignment => Array.ConvertAll(alignment.Curvature, c => (float)c))];
    }

    /// <summary>The sizes of all rows; their sum is at most the limit.</summary>
    /// <param name="table">Whole rows in aligned coordinates.</param>
    /// <param name="values">A group for each row.</param>
    /// <param name="alignments">One a vocabulary.</param>
    /// <param name="limit">Most parameters.</param>
    public static byte[] Of(EmbeddingTable table, FrequencyGroups values, IReadOnlyList<Alignment> alignments, long limit) =>
        new MeasuredSizes(table, values, alignments).Solve(limit);

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
            float[] curvature = _curvature[_vocabularies[row]];
            Span<float> values = _table[row];
            for (int j = 0; j < values.Length; j++)
            {
                most = Math.Max(most, _weights[row] * values[j] * values[j] * curvature[j]);
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
            float[] curvature = _curvature[_vocabularies[row]];
            Span<float> values = _table[row];
            float carried = 0, best = 0, weight = _weights[row];
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
