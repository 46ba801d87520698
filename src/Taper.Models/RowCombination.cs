namespace Taper.Models;

/// <summary>How two rows that a value shares with others become its embedding.</summary>
public enum RowCombination
{
    /// <summary>Number by number, multiplied.</summary>
    Product,

    /// <summary>Number by number, added.</summary>
    Sum,
}
