using Taper.Configuration;

namespace Taper.Data;

/// <summary>
/// A split by time: the newest rows test, those before them validate, the rest trains. Rows of the same moment stay
/// together, on the newer side of a cut.
/// </summary>
public sealed record TimeSplit
{
    /// <summary>The column with the time: numbers, or dates and times as text (2026-01-31 12:00:00).</summary>
    [ConfigKey("The column with the time: numbers, or dates and times such as 2026-01-31 12:00:00.")]
    public required string Column { get; init; }

    /// <summary>The share of validation rows, [0, 1): of all rows, or with <see cref="TestFrom"/> of those before it. Default: 0.1.</summary>
    [ConfigKey("The share of validation rows: of all rows, or with test_from of those before it.", Min = 0, Max = 1)]
    public double Validation { get; init; } = 0.1;

    /// <summary>The share of test rows, [0, 1); counts for nothing with <see cref="TestFrom"/>. Default: 0.1.</summary>
    [ConfigKey("The share of test rows; counts for nothing with test_from.", Min = 0, Max = 1)]
    public double Test { get; init; } = 0.1;

    /// <summary>Rows before it are left out. Default: none.</summary>
    [ConfigKey("Rows before this time are left out.")]
    public string? From { get; init; }

    /// <summary>Rows from it on test. Default: the newest rows do, by <see cref="Test"/>.</summary>
    [ConfigKey("Rows from this time on test, instead of a share.")]
    public string? TestFrom { get; init; }

    /// <summary>Rows from it on are left out. Default: none.</summary>
    [ConfigKey("Rows from this time on are left out.")]
    public string? To { get; init; }
}
