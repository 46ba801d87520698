using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>What became of a field.</summary>
/// <param name="Field">The field as models see it.</param>
/// <param name="Summary">What it holds.</param>
internal sealed record FieldOutcome(FeatureField Field, FieldSummary Summary)
{
    public static FieldOutcome Embedded(FieldConfig config, int size, double topShare, FieldOccurrences[] occurrences) => new(
        new FeatureField
        {
            Name = config.Name,
            Column = config.SourceColumn,
            Kind = config.Kind,
            Vocabulary = config.VocabularyName,
            Separator = config.Separator,
            Pooling = config.Pooling,
        },
        new FieldSummary(config.Name, config.Kind, size, topShare, occurrences));

    public static FieldOutcome Numeric(FieldConfig config, Standardization standardization, FieldOccurrences[] occurrences) => new(
        new FeatureField
        {
            Name = config.Name,
            Column = config.SourceColumn,
            Kind = config.Kind,
            Mean = standardization.Mean,
            StandardDeviation = standardization.Deviation,
        },
        new FieldSummary(config.Name, config.Kind, 0, 0, occurrences));
}
