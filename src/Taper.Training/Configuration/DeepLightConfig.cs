using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.deeplight:</c> section; defaults are those of the authors' program.</summary>
public sealed record DeepLightConfig
{
    /// <summary>Number of epochs before the first pruning.</summary>
    [ConfigKey("epochs before the first pruning", Min = 0, Max = 100000)]
    public double WarmupEpochs { get; init; } = 2;

    /// <summary>D of the sparsity S · (1 − D^(k / u)).</summary>
    [ConfigKey("D of the sparsity S * (1 - D^(k / u)) after k steps", Min = 0, Max = 0.999999)]
    public double Damping { get; init; } = 0.99;

    /// <summary>u of the sparsity.</summary>
    [ConfigKey("u of the sparsity S * (1 - D^(k / u))", Min = 0.001, Max = 1e9)]
    public double DampingSteps { get; init; } = 100;

    /// <summary>Number of steps between prunings.</summary>
    [ConfigKey("steps between prunings", Min = 1, Max = 1000000)]
    public int StepsBetween { get; init; } = 10;
}
