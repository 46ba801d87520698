using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>
/// Two or more size classes by training count, the rule of thumb of practice: frequent values are wide, rare ones narrow
/// (<see cref="RankClasses"/>; the thresholds follow from the budget).
/// </summary>
public sealed class FrequencyRuleSizer : RuleSizer
{
    /// <summary>Sizes that meet the config's budget.</summary>
    /// <exception cref="ConfigException">There is no budget, or the narrowest class exceeds it.</exception>
    public FrequencyRuleSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(config);
        long limit = ParameterLimit.Of(config, groups);
        IReadOnlyList<int> sizes = ClassSizes(config);
        ParameterLimit.Require(limit, (long)sizes[^1] * groups.TableRows, config, $"size {sizes[^1]} for every value");
        new RankClasses(groups, sizes).Within(limit).CopyTo(SizeOfGroup, 0);
    }

    private static IReadOnlyList<int> ClassSizes(SizingConfig config)
    {
        FrequencyRuleConfig rule = config.FrequencyRule;
        if (rule.Sizes.Count == 0)
        {
            double widest = config.EmbeddingDim, narrowest = Math.Max(1, Math.Floor(config.Budget!.Value * widest / 2));
            return [.. Enumerable.Range(0, rule.Classes).Select(c =>
                (int)Math.Round(widest * Math.Pow(narrowest / widest, c / (rule.Classes - 1.0))))];
        }

        if (rule.Sizes.Count != rule.Classes)
        {
            throw new ConfigException(
                $"sizing.frequency_rule.sizes: {rule.Sizes.Count} sizes for {rule.Classes} classes; name one for each.");
        }

        return rule.Sizes[0] <= config.EmbeddingDim && rule.Sizes.Zip(rule.Sizes.Skip(1)).All(pair => pair.First > pair.Second)
            ? rule.Sizes
            : throw new ConfigException($"sizing.frequency_rule.sizes: write them widest first, none above {config.EmbeddingDim} (sizing.embedding_dim).");
    }
}
