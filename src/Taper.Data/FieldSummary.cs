using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>What a field holds.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="VocabularySize">The values of its vocabulary, unknown and missing among them; 0 for a numeric field.</param>
/// <param name="TopShare">
/// The share of the vocabulary's training occurrences that its most frequent 1% of values (at least one) take: the
/// skew; 0 for a numeric field.
/// </param>
/// <param name="Splits">What each split holds.</param>
public sealed record FieldSummary(
    string Name, FieldKind Kind, int VocabularySize, double TopShare, IReadOnlyList<FieldOccurrences> Splits);
