using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>Counts the values of the training split and writes vocabularies.</summary>
/// <param name="database">Where the rows are.</param>
/// <param name="config">How values are forgotten.</param>
/// <param name="earlier">What counts go on from; null where they begin.</param>
internal sealed class VocabularyBuilder(Database database, DataConfig config, EarlierCounts? earlier)
{
    /// <summary>Counts the training occurrences of a vocabulary's values and ranks them.</summary>
    public CountedVocabulary Count(VocabularyPlan plan)
    {
        EarlierValues? known = earlier?.Of(plan);
        ValueTotals totals = new(plan.Codes, Occurrences(plan, database), known, config);
        return new CountedVocabulary(plan, totals, new RankedValues(plan.Codes, totals.Whole, plan.Fields[0].Config), known);
    }

    /// <summary>Writes the vocabulary, with unknown and missing as its first rows.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="training">Training occurrences of unknown values, and training examples without a value.</param>
    /// <param name="folder">The dataset folder.</param>
    public void Write(CountedVocabulary vocabulary, (long Unknown, long Missing) training, string folder)
    {
        (VocabularyPlan plan, ValueTotals totals, RankedValues ranked, EarlierValues? known) = vocabulary;
        using ValueTable table = new(database, totals.AreExact, totals.HaveAges, $"writing {plan.File}");
        table.Append([], (known?.Unknown ?? 0) + training.Unknown, 0);
        table.Append([], (known?.Missing ?? 0) + training.Missing, 0);
        for (int id = Vocabulary.Reserved; id < ranked.Size; id++)
        {
            int code = ranked.CodeOf(id);
            table.Append(plan.Codes[code].Utf8, totals[code], totals.AgeOf(code));
        }

        table.WriteVocabulary(Path.Combine(folder, plan.File));
    }

    /// <summary>How often each code of a vocabulary occurs in training.</summary>
    public static long[] Occurrences(VocabularyPlan plan, Database database)
    {
        long[] counts = new long[plan.Codes.Count];
        foreach (FieldPlan field in plan.Fields)
        {
            string codes = field.Config.Kind == FieldKind.MultiValued ? $"unnest({field.Column})" : field.Column;
            using ChunkStream stream = database.Stream(
                $"SELECT {codes} FROM {RawRows.Labelled} WHERE l.split = 0", $"counting the values of {plan.Name}");
            while (stream.Next())
            {
                foreach (int code in stream.Column<int>(0))
                {
                    if (code != ValueCodes.Missing)
                    {
                        counts[code]++;
                    }
                }
            }
        }

        return counts;
    }
}
