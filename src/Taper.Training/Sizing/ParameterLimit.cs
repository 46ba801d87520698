using Taper.Configuration;

namespace Taper.Training.Sizing;

/// <summary>The most parameters that a budget allows to export, for methods that cannot do without one.</summary>
internal static class ParameterLimit
{
    /// <summary>⌊budget · rows · D⌋.</summary>
    /// <exception cref="ConfigException">There is no budget.</exception>
    public static long Of(SizingConfig config, FrequencyGroups groups) => config.Budget is double budget
        ? (long)Math.Floor(budget * groups.TableRows * config.EmbeddingDim)
        : throw new ConfigException($"sizing.budget: {config.Method} chooses sizes that meet a budget; set one, such as 0.25.");

    /// <summary>Refuses a budget below the least that a method can do with.</summary>
    /// <exception cref="ConfigException">It is.</exception>
    public static void Require(long limit, long least, SizingConfig config, string ofWhat)
    {
        if (least > limit)
        {
            throw new ConfigException(FormattableString.Invariant(
                $"sizing.budget: {config.Budget} allows {limit} parameters, but {ofWhat} takes {least}; raise it above {(double)least / limit * config.Budget:0.####}, or use another sizing.method."));
        }
    }
}
