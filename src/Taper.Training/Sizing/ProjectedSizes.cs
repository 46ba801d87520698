using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>
/// Sizes by vocabulary where a matrix [size × D] makes the values D wide again: the numbers of the tables and of the
/// matrices together meet a limit. At D there is no matrix.
/// </summary>
/// <param name="rows">Table rows of each vocabulary.</param>
/// <param name="config">D and the budget.</param>
internal sealed class ProjectedSizes(IReadOnlyList<long> rows, SizingConfig config)
{
    /// <summary>
    /// Raises sizes from 1, a dimension at a time, in the order given. A vocabulary whose next dimension does not fit stays,
    /// and the others go on; one whose matrix would take more than it saves becomes whole.
    /// </summary>
    /// <param name="limit">Most parameters.</param>
    /// <param name="order">Which of its sizes a vocabulary leaves for the next one, for all sizes from 1 to D − 1.</param>
    /// <exception cref="ConfigException">One dimension for every value exceeds the limit.</exception>
    public int[] Within(long limit, IEnumerable<(int Vocabulary, int Size)> order)
    {
        int[] sizes = [.. rows.Select((_, v) => Worthwhile(v, 1))];
        long least = sizes.Select((size, v) => Cost(v, size)).Sum();
        ParameterLimit.Require(limit, least, config, "one dimension for every value, and its projection,");
        long left = limit - least;
        foreach ((int vocabulary, int size) in order)
        {
            int next = Worthwhile(vocabulary, size + 1);
            long cost = Cost(vocabulary, next) - Cost(vocabulary, size);
            if (sizes[vocabulary] == size && cost <= left)
            {
                sizes[vocabulary] = next;
                left -= cost;
            }
        }

        return sizes;
    }

    private int Worthwhile(int vocabulary, int size) =>
        Cost(vocabulary, size) < Cost(vocabulary, config.EmbeddingDim) ? size : config.EmbeddingDim;

    private long Cost(int vocabulary, int size) =>
        (rows[vocabulary] * size) + (size < config.EmbeddingDim ? (long)size * config.EmbeddingDim : 0);
}
