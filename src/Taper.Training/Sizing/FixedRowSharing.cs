using Taper.Models;

namespace Taper.Training.Sizing;

/// <summary>Values keep the stored rows that they are given.</summary>
/// <param name="first">For each value its stored row.</param>
/// <param name="second">For each value its second stored row, or −1 where it has none.</param>
/// <param name="combination">What becomes of the two.</param>
internal sealed class FixedRowSharing(int[] first, int[] second, RowCombination combination)
    : RowSharing(first, second, combination)
{
    /// <inheritdoc/>
    public override int FirstOf(int value) => GivenRowOf(value);
}
