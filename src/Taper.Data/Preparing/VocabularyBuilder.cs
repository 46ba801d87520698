using System.Globalization;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>Counts the values of the training split and writes vocabularies.</summary>
/// <param name="database">Where the rows are.</param>
/// <param name="earlier">What counts go on from; null where they begin.</param>
internal sealed class VocabularyBuilder(Database database, EarlierCounts? earlier)
{
    private const string Table = "taper_vocabulary";

    /// <summary>Counts the training occurrences of a vocabulary's values and ranks them.</summary>
    public RankedValues Rank(VocabularyPlan plan)
    {
        long[] counts = earlier?.Of(plan) ?? new long[plan.Codes.Count];
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

        return new RankedValues(plan.Codes, counts, plan.Fields[0].Config);
    }

    /// <summary>Writes the vocabulary, with unknown and missing as its first rows.</summary>
    /// <param name="plan">The vocabulary.</param>
    /// <param name="values">Its values.</param>
    /// <param name="training">Training occurrences of unknown values, and training examples without a value.</param>
    /// <param name="folder">The dataset folder.</param>
    public void Write(VocabularyPlan plan, RankedValues values, (long Unknown, long Missing) training, string folder)
    {
        string doing = $"writing {plan.File}";
        (long unknown, long missing) = earlier?.ReservedOf(plan.Name) ?? (0, 0);
        string path = Path.Combine(folder, plan.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        database.Execute($"CREATE OR REPLACE TEMP TABLE {Table} (value VARCHAR, count BIGINT)", doing);
        using (Appender appender = database.Append(Table, doing))
        {
            appender.Append([], unknown + training.Unknown);
            appender.Append([], missing + training.Missing);
            values.AppendTo(appender);
            appender.Finish();
        }

        database.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"COPY (SELECT CAST(rowid AS INTEGER) AS id, value, count FROM {Table}) TO {Sql.Text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"),
            doing);
    }
}
