using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.autosrh:</c> section.</summary>
public sealed record AutoSrhConfig
{
    /// <summary>Number of blocks that feature values are put in by training count.</summary>
    [ConfigKey("blocks of about as many feature values, by training count, that share a soft selection", Min = 1, Max = 1000)]
    public int Blocks { get; init; } = 10;
}
