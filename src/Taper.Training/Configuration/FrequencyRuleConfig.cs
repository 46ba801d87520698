using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.frequency_rule:</c> section.</summary>
public sealed record FrequencyRuleConfig
{
    /// <summary>Number of size classes.</summary>
    [ConfigKey("number of size classes", Min = 2, Max = 16)]
    public int Classes { get; init; } = 2;

    /// <summary>Size of each class, widest first; empty: from D down to half of the budget's mean size in equal ratios.</summary>
    [ConfigKey("size of each class, widest first; empty: from D down to half of the budget's mean size, in equal ratios", Min = 1, Max = 255)]
    public IReadOnlyList<int> Sizes { get; init; } = [];
}
