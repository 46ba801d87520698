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
    /// and the others go on.
    /// </summary>
    /// <param name="limit">Most parameters.</param>
    /// <param name="order">Which of its sizes a vocabulary leaves for the next one, for all sizes from 1 to D − 1.</param>
    /// <exception cref="ConfigException">One dimension for every value exceeds the limit.</exception>
    public int[] Within(long limit, IEnumerable<(int Vocabulary, int Size)> order)
    {
        int[] sizes = [.. rows.Select(_ => 1)];
        long left = limit - rows.Sum(count => Cost(1, count));
        ParameterLimit.Require(limit, limit - left, config, "one dimension for every value, and its projection,");
        List<(int Vocabulary, int Size)> steps = [.. order];
        bool raised = true;
        while (raised) // the step to D frees a matrix: others may fit then
        {
            raised = false;
            foreach ((int vocabulary, int size) in steps)
            {
                long cost = Cost(size + 1, rows[vocabulary]) - Cost(size, rows[vocabulary]);
                if (sizes[vocabulary] == size && cost <= left)
                {
                    sizes[vocabulary]++;
                    left -= cost;
                    raised = true;
                }
            }
        }

        return sizes;
    }

    private long Cost(int size, long count) =>
        (count * size) + (size < config.EmbeddingDim ? (long)size * config.EmbeddingDim : 0);
}
