using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.pep:</c> section.</summary>
public sealed record PepConfig
{
    /// <summary>What has a threshold of its own.</summary>
    [ConfigKey("what has a threshold of its own: global (the table), dimension, feature (a value), or feature_dimension")]
    public PepGranularity Granularity { get; init; } = PepGranularity.FeatureDimension;

    /// <summary>s at the first step; the thresholds are sigmoid(s).</summary>
    [ConfigKey("s at the first step; thresholds are sigmoid(s)", Min = -1000, Max = 0)]
    public double Start { get; init; } = -15;

    /// <summary>λ of an L2 penalty ½ λ s² on s, which draws it towards 0 and so raises the thresholds.</summary>
    [ConfigKey("L2 penalty on s, which raises the thresholds", Min = 0, Max = 100)]
    public double ThresholdDecay { get; init; } = 1e-5;
}
