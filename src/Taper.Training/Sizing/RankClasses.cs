namespace Taper.Training.Sizing;

/// <summary>
/// Size classes by rank of frequency over all vocabularies: the most frequent values are the widest, and each class has
/// q times as many values as the one before. A larger q means fewer parameters: q is solved for a limit. As groups of
/// values with one count stay together, some limit is left over; whole groups, the most frequent first, move up while it lasts.
/// </summary>
internal sealed class RankClasses
{
    private const int Bisections = 60;
    private const double LargestLogRatio = 30;
    private readonly FrequencyGroups _groups;
    private readonly IReadOnlyList<int> _sizes;
    private readonly int[] _order;

    /// <param name="groups">The values.</param>
    /// <param name="sizes">Size of each class, widest first.</param>
    public RankClasses(FrequencyGroups groups, IReadOnlyList<int> sizes)
    {
        _groups = groups;
        _sizes = sizes;
        _order = [.. Enumerable.Range(0, groups.Count).OrderByDescending(g => groups.Counts[g])];
    }

    /// <summary>The size of each group; all are of the narrowest class where even that exceeds the limit.</summary>
    public byte[] Within(long limit)
    {
        double low = -LargestLogRatio, high = LargestLogRatio;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = 0.5 * (low + high);
            (low, high) = Parameters(ClassesOf(Math.Exp(middle))) <= limit ? (low, middle) : (middle, high);
        }

        int[] classes = ClassesOf(Math.Exp(high));
        MoveUp(classes, limit - Parameters(classes));
        return [.. classes.Select(c => (byte)_sizes[c])];
    }

    /// <summary>The class of each group when each class has <paramref name="ratio"/> times the values of the one before.</summary>
    internal int[] ClassesOf(double ratio)
    {
        double[] lastRank = new double[_sizes.Count];
        double share = 1, total = 0;
        for (int c = 0; c < lastRank.Length; c++, share *= ratio)
        {
            total += share;
            lastRank[c] = total;
        }

        int[] classes = new int[_groups.Count];
        double before = 0;
        int current = 0;
        foreach (int group in _order)
        {
            double middle = (before + (0.5 * _groups.Rows[group])) / _groups.TableRows;
            while (current < lastRank.Length - 1 && middle > lastRank[current] / total)
            {
                current++;
            }

            classes[group] = current;
            before += _groups.Rows[group];
        }

        return classes;
    }

    private long Parameters(int[] classes)
    {
        long total = 0;
        for (int g = 0; g < classes.Length; g++)
        {
            total += (long)_groups.Rows[g] * _sizes[classes[g]];
        }

        return total;
    }

    private void MoveUp(int[] classes, long left)
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            foreach (int group in _order.Where(g => classes[g] > 0))
            {
                long cost = (long)_groups.Rows[group] * (_sizes[classes[group] - 1] - _sizes[classes[group]]);
                if (cost <= left)
                {
                    left -= cost;
                    classes[group]--;
                    moved = true;
                }
            }
        }
    }
}
