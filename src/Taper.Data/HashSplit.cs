using Taper.Configuration;

namespace Taper.Data;

/// <summary>A split by the hash (MD5) of columns and a seed; the same on every machine and in every order.</summary>
public sealed record HashSplit
{
    /// <summary>The columns hashed; rows with equal values in them share a split.</summary>
    [ConfigKey("The columns hashed; rows with equal values in them share a split.")]
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Another seed gives another split. Default: 1.</summary>
    [ConfigKey("Another seed gives another split.")]
    public long Seed { get; init; } = 1;

    /// <summary>The expected share of validation rows, [0, 1). Default: 0.1.</summary>
    [ConfigKey("The expected share of validation rows.", Min = 0, Max = 1)]
    public double Validation { get; init; } = 0.1;

    /// <summary>The expected share of test rows, [0, 1). Default: 0.1.</summary>
    [ConfigKey("The expected share of test rows.", Min = 0, Max = 1)]
    public double Test { get; init; } = 0.1;
}
