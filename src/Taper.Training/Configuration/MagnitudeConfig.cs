using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.magnitude:</c> section.</summary>
public sealed record MagnitudeConfig
{
    /// <summary>Number of epochs before <c>freeze_epoch</c> over which elements are pruned little by little.</summary>
    [ConfigKey("epochs before freeze_epoch over which elements are pruned little by little; 0: all at freeze_epoch", Min = 0, Max = 100000)]
    public double GradualEpochs { get; init; }
}
