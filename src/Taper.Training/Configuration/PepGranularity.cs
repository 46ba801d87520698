namespace Taper.Training;

/// <summary>What has a threshold of its own in PEP.</summary>
public enum PepGranularity
{
    /// <summary>The whole table.</summary>
    Global,

    /// <summary>Each dimension.</summary>
    Dimension,

    /// <summary>Each feature value.</summary>
    Feature,

    /// <summary>Each element.</summary>
    FeatureDimension,
}
