using System.Globalization;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>Counts the values of the training split and writes vocabularies.</summary>
internal sealed class VocabularyBuilder(Database database)
{
    private const string Table = "vocabulary";

    /// <summary>Counts the training occurrences of a vocabulary's values and ranks them.</summary>
    public RankedValues Rank(VocabularyPlan plan)
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

        return new RankedValues(plan.Codes, counts, plan.Fields[0].Config);
    }

    /// <summary>Writes the vocabulary, with unknown and missing as its first rows.</summary>
    public void Write(VocabularyPlan plan, RankedValues values, string folder)
    {
        string doing = $"writing {plan.File}";
        string path = Path.Combine(folder, plan.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        database.Execute($"CREATE OR REPLACE TABLE {RawRows.Schema}.{Table} (value VARCHAR, count BIGINT)", doing);
        using (Appender appender = database.Append(RawRows.Schema, Table, doing))
        {
            appender.Append([], plan.Unknown);
            appender.Append([], plan.Missing);
            values.AppendTo(appender);
            appender.Finish();
        }

        database.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"COPY (SELECT CAST(rowid AS INTEGER) AS id, value, count FROM {RawRows.Schema}.{Table}) TO {Sql.Text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"),
            doing);
    }
}
