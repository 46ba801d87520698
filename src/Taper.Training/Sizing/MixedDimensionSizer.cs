using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>
/// Mixed dimension embeddings (Ginart et al., ISIT 2021): the values of vocabulary v get d_v = λ p_v^α dimensions, with the
/// popularity p_v = 1 / |v| of a value, and a matrix [d_v × D] projects them to D where d_v &lt; D (<see cref="Sizer.IsProjected"/>).
/// </summary>
/// <remarks>
/// λ is raised from 0 until the budget, matrices included, is used: d_v passes n + ½ at λ = (n + ½) |v|^α and becomes n + 1
/// there. A vocabulary whose next dimension does not fit stays, and the smaller ones go on.
/// </remarks>
public sealed class MixedDimensionSizer : RuleSizer
{
    /// <summary>Sizes that meet the config's budget.</summary>
    /// <exception cref="ConfigException">There is no budget, or one dimension for every value exceeds it.</exception>
    public MixedDimensionSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        long[] rows = groups.RowsOfVocabularies();
        int[] sizes = Within(ParameterLimit.Of(config, groups), rows, config);
        for (int g = 0; g < SizeOfGroup.Length; g++)
        {
            SizeOfGroup[g] = (byte)sizes[groups.Vocabularies[g]];
        }
    }

    /// <inheritdoc/>
    public override bool IsProjected => true;

    private static int[] Within(long limit, long[] rows, SizingConfig config)
    {
        int dimension = config.EmbeddingDim;
        int[] sizes = [.. rows.Select(_ => 1)];
        long left = limit - rows.Sum(count => Cost(1, count));
        ParameterLimit.Require(limit, limit - left, config, "one dimension for every value, and its projection,");
        List<(int Vocabulary, int Size)> steps =
        [
            .. from vocabulary in Enumerable.Range(0, rows.Length)
               from size in Enumerable.Range(1, dimension - 1)
               orderby (size + 0.5) * Math.Pow(rows[vocabulary], config.Mde.Temperature), rows[vocabulary] descending
               select (vocabulary, size),
        ];
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

        long Cost(int size, long count) => (count * size) + (size < dimension ? (long)size * dimension : 0);
    }
}
