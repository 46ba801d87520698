using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>
/// Mixed dimension embeddings (Ginart et al., ISIT 2021): the values of vocabulary v get d_v = λ p_v^α dimensions, with the
/// popularity p_v = 1 / |v| of a value, and a matrix [d_v × D] projects them to D where d_v &lt; D (<see cref="Sizer.IsProjected"/>).
/// </summary>
/// <remarks>
/// λ is raised from 0 until the budget, matrices included, is used: d_v passes n + ½ at λ = (n + ½) |v|^α and becomes n + 1
/// there (<see cref="ProjectedSizes"/>).
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
        var order =
            from vocabulary in Enumerable.Range(0, rows.Length)
            from size in Enumerable.Range(1, Dimension - 1)
            orderby (size + 0.5) * Math.Pow(rows[vocabulary], config.Mde.Temperature), rows[vocabulary] descending
            select (vocabulary, size);
        int[] sizes = new ProjectedSizes(rows, config).Within(ParameterLimit.Of(config, groups), order);
        for (int g = 0; g < SizeOfGroup.Length; g++)
        {
            SizeOfGroup[g] = (byte)sizes[groups.Vocabularies[g]];
        }
    }

    /// <inheritdoc/>
    public override bool IsProjected => true;
}
