using Taper.Configuration;
using Taper.Models;

namespace Taper.Training;

/// <summary>The <c>sizing.quotient_remainder:</c> section.</summary>
public sealed record QuotientRemainderConfig
{
    /// <summary>Vocabularies of so many rows or fewer keep a row for each value.</summary>
    [ConfigKey("vocabularies of so many rows or fewer keep a row for each value", Min = 0, Max = 2147483647)]
    public int Threshold { get; init; } = 200;

    /// <summary>How the two rows of a value become its embedding.</summary>
    [ConfigKey("how the two rows of a value become its embedding: product or sum")]
    public RowCombination Operation { get; init; } = RowCombination.Product;
}
