namespace Taper.Data;

/// <summary>What a field holds in one split.</summary>
/// <param name="Split">The split's name.</param>
/// <param name="Occurrences">Values over all examples; a multi-valued field may have more than one per example.</param>
/// <param name="Unknown">Those that are not in the vocabulary.</param>
/// <param name="Missing">Examples without a value.</param>
public sealed record FieldOccurrences(string Split, long Occurrences, long Unknown, long Missing);
