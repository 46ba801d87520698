using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.mde:</c> section.</summary>
public sealed record MdeConfig
{
    /// <summary>α in d = λ p^α: 0 gives all vocabularies one size, 1 sizes in proportion to the popularity of their values.</summary>
    [ConfigKey("alpha of size = lambda * popularity^alpha: 0 gives all vocabularies one size", Min = 0, Max = 1)]
    public double Temperature { get; init; } = 0.3;
}
