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

    /// <summary>The share of validation rows, [0, 1). Default: 0.1.</summary>
    [ConfigKey("The share of validation rows.", Min = 0, Max = 1)]
    public double Validation { get; init; } = 0.1;

    /// <summary>The share of test rows, [0, 1). Default: 0.1.</summary>
    [ConfigKey("The share of test rows.", Min = 0, Max = 1)]
    public double Test { get; init; } = 0.1;
}
