using Taper.Configuration;

namespace Taper.Data;

/// <summary>
/// Adds a source's columns to the examples. A column whose name is already taken is called source_column. The joined
/// source may have one row per key only.
/// </summary>
public sealed record JoinConfig
{
    /// <summary>The source to join.</summary>
    [ConfigKey("The source to join.")]
    public required string Source { get; init; }

    /// <summary>The columns that must be equal; both sides have them.</summary>
    [ConfigKey("The columns that must be equal; both sides have them.")]
    public required IReadOnlyList<string> On { get; init; }

    /// <summary>What happens without a match. Default: left.</summary>
    [ConfigKey("left keeps examples without a match, inner drops them.")]
    public JoinKind Kind { get; init; }
}
