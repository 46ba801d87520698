namespace Taper.Cluster;

/// <summary>What a failure that was told to another machine was about.</summary>
internal enum FaultKind
{
    /// <summary>The cluster, or the training.</summary>
    Other,

    /// <summary>The configuration.</summary>
    Config,

    /// <summary>The raw data.</summary>
    Data,
}
