using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.autodim:</c> section.</summary>
public sealed record AutodimConfig
{
    /// <summary>Sizes to choose from, ascending; empty: the powers of two below D, and D.</summary>
    [ConfigKey("sizes to choose from, ascending; empty: the powers of two below D, and D", Min = 1, Max = 255)]
    public IReadOnlyList<int> Candidates { get; init; } = [];

    /// <summary>Temperature τ of the Gumbel-softmax at the first step.</summary>
    [ConfigKey("temperature of the Gumbel-softmax at the first step", Min = 0.01, Max = 100)]
    public double Temperature { get; init; } = 1;

    /// <summary>Temperature τ of the Gumbel-softmax when sizes freeze; it is annealed in equal steps.</summary>
    [ConfigKey("temperature of the Gumbel-softmax when sizes freeze", Min = 0.01, Max = 100)]
    public double FinalTemperature { get; init; } = 0.1;
}
