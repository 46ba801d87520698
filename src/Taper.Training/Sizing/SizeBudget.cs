using System.Numerics;

namespace Taper.Training.Sizing;

/// <summary>
/// Holds a table to a parameter budget exactly. A price b on each dimension is subtracted from every group's
/// scores, z_s − b · s, and the total kept size falls monotonically as b rises: b is the Lagrange multiplier of
/// the budget, solved for in each step instead of learned. It may be negative, so that a budget is also used.
/// </summary>
internal sealed class SizeBudget
{
    private const int Bisections = 40;
    private readonly int[] _rows;
    private readonly int _smallest;

    /// <param name="rows">Number of table rows of each group.</param>
    /// <param name="smallest">Size that choice 0 stands for: 1, or 0 where size zero is allowed.</param>
    public SizeBudget(ReadOnlySpan<int> rows, int smallest)
    {
        _rows = rows.ToArray();
        _smallest = smallest;
        TotalRows = _rows.Sum(r => (long)r);
    }

    /// <summary>Number of table rows.</summary>
    public long TotalRows { get; }

    /// <summary>Σ rows × kept size for given sizes.</summary>
    public long Parameters(ReadOnlySpan<byte> sizes)
    {
        long total = 0;
        for (int g = 0; g < _rows.Length; g++)
        {
            total += (long)_rows[g] * sizes[g];
        }

        return total;
    }

    /// <summary>Chooses argmax_s (z_gs − price · s) for each group; the smaller size wins a tie.</summary>
    /// <param name="scores">z, [choices × groups].</param>
    /// <param name="price">What a dimension costs.</param>
    /// <param name="sizes">Receives the kept size of each group.</param>
    public void Choose(ReadOnlySpan<float> scores, double price, Span<byte> sizes)
    {
        int groups = _rows.Length;
        int choices = scores.Length / groups;
        int width = Vector<float>.Count;
        int g = 0;
        for (; g <= groups - width; g += width)
        {
            Vector<float> best = new(scores[g..]);
            Vector<int> size = Vector<int>.Zero;
            for (int s = 1; s < choices; s++)
            {
                Vector<float> score = new Vector<float>(scores[((s * groups) + g)..]) - new Vector<float>((float)(price * s));
                Vector<int> better = Vector.GreaterThan(score, best);
                best = Vector.ConditionalSelect(better, score, best);
                size = Vector.ConditionalSelect(better, new Vector<int>(s), size);
            }

            for (int lane = 0; lane < width; lane++)
            {
                sizes[g + lane] = (byte)(size[lane] + _smallest);
            }
        }

        for (; g < groups; g++)
        {
            int size = 0;
            float best = scores[g];
            for (int s = 1; s < choices; s++)
            {
                float score = scores[(s * groups) + g] - (float)(price * s);
                (size, best) = score > best ? (s, score) : (size, best);
            }

            sizes[g] = (byte)(size + _smallest);
        }
    }

    /// <summary>The lowest price at which the chosen sizes fit the limit, with these sizes; all smallest where none fits.</summary>
    /// <param name="scores">z, [choices × groups].</param>
    /// <param name="limit">Most parameters.</param>
    /// <param name="sizes">Receives the kept size of each group.</param>
    public double Solve(ReadOnlySpan<float> scores, long limit, Span<byte> sizes)
    {
        double reach = 1e-6;
        foreach (float z in scores)
        {
            reach = Math.Max(reach, 2.0 * Math.Abs(z) + 1e-6);
        }

        double low = -reach, high = reach;
        Choose(scores, low, sizes);
        if (Parameters(sizes) <= limit)
        {
            return low;
        }

        for (int i = 0; i < Bisections && high - low > 1e-9 * reach; i++)
        {
            double middle = 0.5 * (low + high);
            Choose(scores, middle, sizes);
            if (Parameters(sizes) <= limit)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        Choose(scores, high, sizes);
        return high;
    }

    /// <summary>
    /// Spends what a solved budget left over: whole groups gain the dimension they lose least by, while one fits.
    /// Groups of many values with one count move together, which is why a price alone cannot meet a limit to the digit.
    /// </summary>
    public void SpendRest(ReadOnlySpan<float> scores, double price, long limit, Span<byte> sizes)
    {
        int choices = scores.Length / _rows.Length;
        long left = limit - Parameters(sizes);
        var queue = new PriorityQueue<int, double>();
        for (int g = 0; g < _rows.Length; g++)
        {
            Enqueue(queue, scores, price, sizes, g, choices);
        }

        while (left > 0 && queue.TryDequeue(out int group, out _))
        {
            if (_rows[group] <= left)
            {
                left -= _rows[group];
                sizes[group]++;
                Enqueue(queue, scores, price, sizes, group, choices);
            }
        }
    }

    private void Enqueue(
        PriorityQueue<int, double> queue, ReadOnlySpan<float> scores, double price, ReadOnlySpan<byte> sizes, int group, int choices)
    {
        int choice = sizes[group] - _smallest;
        if (choice + 1 < choices)
        {
            double loss = scores[(choice * _rows.Length) + group] - scores[((choice + 1) * _rows.Length) + group] + price;
            queue.Enqueue(group, loss);
        }
    }
}
