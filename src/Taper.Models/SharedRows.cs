namespace Taper.Models;

/// <summary>The rows that the values of a vocabulary are made of, where each has one or two that it shares with others.</summary>
/// <param name="FirstRow">The table row of the vocabulary's first stored row.</param>
/// <param name="Count">How many stored rows it has; they follow each other.</param>
/// <param name="First">For each id the table row of its first stored row.</param>
/// <param name="Second">For each id the table row of its second stored row, or −1 where it has none.</param>
/// <param name="Combination">What the two become.</param>
public sealed record SharedRows(
    int FirstRow, int Count, IReadOnlyList<int> First, IReadOnlyList<int> Second, RowCombination Combination);
