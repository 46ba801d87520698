namespace Taper.Data.Preparing;

/// <summary>What a column that the label uses holds.</summary>
/// <param name="Texts">Rows with a value.</param>
/// <param name="Numbers">Those whose value is a number.</param>
internal readonly record struct ColumnCounts(long Texts, long Numbers)
{
    /// <summary>Whether the label sees numbers in it: more than half of its values are.</summary>
    public bool HoldsNumbers => Numbers * 2 > Texts;

    public static ColumnCounts operator +(ColumnCounts one, ColumnCounts other) => new(one.Texts + other.Texts, one.Numbers + other.Numbers);
}
