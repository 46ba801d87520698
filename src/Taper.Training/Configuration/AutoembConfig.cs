using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.autoemb:</c> section.</summary>
public sealed record AutoembConfig
{
    /// <summary>Sizes to choose from, ascending; empty: the powers of two below D, and D.</summary>
    [ConfigKey("sizes to choose from, ascending; empty: the powers of two below D, and D", Min = 1, Max = 255)]
    public IReadOnlyList<int> Candidates { get; init; } = [];

    /// <summary>Widths of the hidden layers of the controller.</summary>
    [ConfigKey("widths of the hidden layers of the controller", Min = 1, Max = 65536)]
    public IReadOnlyList<int> HiddenUnits { get; init; } = [32];
}
