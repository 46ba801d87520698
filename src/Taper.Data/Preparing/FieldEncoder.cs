using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>Ranks vocabularies and writes them and the columns of their fields.</summary>
internal sealed class FieldEncoder(
    Database database, DataConfig config, EarlierCounts? earlier, string folder, IReadOnlyList<SplitSummary> splits, Action<string> step)
{
    private readonly VocabularyBuilder builder = new(database, config, earlier);
    private readonly WaitingWriter waiting = new(database, config, folder);
    private readonly ColumnEncoder columns = new(database, folder, splits);

    /// <summary>Writes a vocabulary and its fields.</summary>
    /// <param name="plan">The vocabulary.</param>
    /// <param name="outcomes">What became of every field of the dataset; filled for those of the vocabulary.</param>
    /// <exception cref="DataException">A bucketed field holds no number in training.</exception>
    public VocabularyEntry Embedded(VocabularyPlan plan, FieldOutcome[] outcomes)
    {
        step($"counting {plan.Name}");
        CountedVocabulary vocabulary = builder.Count(plan);
        RankedValues values = vocabulary.Ranked;
        (long unknown, long missing) = (0, 0);
        foreach (FieldPlan field in plan.Fields)
        {
            step($"encoding {field.Config.Name}");
            FieldOccurrences[] occurrences = field.Config.Kind == FieldKind.MultiValued ? columns.IdLists(field, values) : columns.Ids(field, values);
            RefuseNoNumbers(field, occurrences[0]);
            unknown += occurrences[0].Unknown;
            missing += occurrences[0].Missing;
            outcomes[field.Number] = FieldOutcome.Embedded(field.Config, values.Size, values.TopShare, occurrences);
        }

        builder.Write(vocabulary, (unknown, missing), folder);
        waiting.Write(vocabulary);
        return vocabulary.Entry;
    }

    /// <summary>Writes a numeric field.</summary>
    /// <exception cref="DataException">It holds no number in training.</exception>
    public FieldOutcome Numeric(FieldPlan field)
    {
        step($"encoding {field.Config.Name}");
        Standardization standardization = earlier?.Of(field) ?? Standardization.Of(field, database);
        return FieldOutcome.Numeric(field.Config, standardization, columns.Numbers(field, standardization));
    }

    private void RefuseNoNumbers(FieldPlan field, FieldOccurrences training)
    {
        if (earlier is null && field.Config.Kind == FieldKind.Bucketed && training.Occurrences == 0)
        {
            throw new DataException(
                $"field {field.Config.Name}: the column {field.Config.SourceColumn} holds no number in the training split; make the field categorical or name another column.");
        }
    }
}
