using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.hashing:</c> section.</summary>
public sealed record HashingConfig
{
    /// <summary>Vocabularies of so many rows or fewer keep a row for each value.</summary>
    [ConfigKey("vocabularies of so many rows or fewer keep a row for each value", Min = 0, Max = 2147483647)]
    public int Threshold { get; init; } = 200;
}
