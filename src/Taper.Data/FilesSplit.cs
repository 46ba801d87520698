using Taper.Configuration;

namespace Taper.Data;

/// <summary>Splits that are sources of their own.</summary>
public sealed record FilesSplit
{
    /// <summary>The training source's name.</summary>
    [ConfigKey("The training source's name.")]
    public required string Train { get; init; }

    /// <summary>The validation source's name. Default: no such split.</summary>
    [ConfigKey("The validation source's name.")]
    public string? Validation { get; init; }

    /// <summary>The test source's name. Default: no such split.</summary>
    [ConfigKey("The test source's name.")]
    public string? Test { get; init; }
}
