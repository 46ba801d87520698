namespace Taper.Models;

/// <summary>What the manifest says of a vocabulary.</summary>
/// <param name="Name">Its name; its tensors' names begin with it.</param>
/// <param name="HashSeed">The seed of the 64-bit keys, XXH3 of a value's UTF-8 text: one that gives no two values one key.</param>
/// <param name="UnknownRow">The row of values that are not in the vocabulary.</param>
/// <param name="MissingRow">The row of missing values.</param>
/// <param name="Sizes">The kept sizes, summed up.</param>
public sealed record BundleVocabularyEntry(string Name, long HashSeed, int UnknownRow, int MissingRow, SizeSummary Sizes)
{
    /// <summary>What its values are made of where they share rows; null where each has a row of its own.</summary>
    public SharedRowsEntry? Shared { get; init; }
}
