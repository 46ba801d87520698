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

    /// <summary>Refuses a field of buckets without any number.</summary>
    /// <param name="field">The field.</param>
    /// <param name="training">What it holds in training.</param>
    /// <exception cref="DataException">There is none.</exception>
    public static void RefuseNoNumbers(FieldPlan field, FieldOccurrences training)
    {
        if (field.Config.Kind == FieldKind.Bucketed && training.Occurrences == 0)
        {
            throw field.HoldsNoNumber();
        }
    }
}
