using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Ranks vocabularies and writes them and the columns of their fields.</summary>
internal sealed class FieldEncoder(
    Database database, DataConfig config, EarlierCounts? earlier, string folder, IReadOnlyList<string> splits, Action<string> step)
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
            FieldOccurrences[] occurrences = columns.Of(field, values.Ids);
            if (earlier is null)
            {
                FieldOutcome.RefuseNoNumbers(field, occurrences[0]);
            }

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
        Standardization standardization = earlier?.Of(field) ?? Standardization.Of(field, Standardization.Measure(field, default, database));
        return FieldOutcome.Numeric(field.Config, standardization, columns.Numbers(field, standardization));
    }
}
