namespace Taper.Models;

/// <summary>What the manifest says of a vocabulary whose values share rows.</summary>
/// <param name="Rows">How many rows are stored.</param>
/// <param name="RowsOfValue">Of how many of them a value is made: 1 or 2.</param>
/// <param name="Combination">What two become.</param>
public sealed record SharedRowsEntry(int Rows, int RowsOfValue, RowCombination Combination);
