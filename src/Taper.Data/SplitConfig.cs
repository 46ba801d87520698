using Taper.Configuration;

namespace Taper.Data;

/// <summary>How examples are split into training, validation and test; exactly one of the ways is given.</summary>
public sealed record SplitConfig
{
    /// <summary>Each split is a source of its own.</summary>
    [ConfigKey("Each split is a source of its own.")]
    public FilesSplit? Files { get; init; }

    /// <summary>By the hash of chosen columns: equal values go to the same split.</summary>
    [ConfigKey("By the hash of chosen columns.")]
    public HashSplit? Hash { get; init; }

    /// <summary>By time: the oldest train, the newest test.</summary>
    [ConfigKey("By time: the oldest rows train, the newest test.")]
    public TimeSplit? Time { get; init; }
}
