using System.Globalization;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Counts the values of the training split and writes vocabularies.</summary>
internal sealed class VocabularyBuilder(Database database)
{
    /// <summary>Fills the vocabulary's table: most frequent first, ties by the bytes of the UTF-8 text.</summary>
    /// <returns>The vocabulary's size, unknown and missing among it.</returns>
    public long Build(VocabularyPlan plan)
    {
        FieldConfig field = plan.Fields[0].Config;
        string values = string.Join(" UNION ALL ", plan.Fields.Select(shared => $"SELECT value FROM ({shared.Values}) WHERE __split = 0 AND value IS NOT NULL"));
        string limit = field.MaxVocabulary > 0 ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {field.MaxVocabulary}") : "";
        database.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE {plan.Table} AS SELECT value, count(*) AS count FROM ({values}) GROUP BY value HAVING count(*) >= {field.MinCount} ORDER BY count DESC, value{limit}"),
            $"counting the values of {plan.Name}");
        return database.Number($"SELECT count(*) FROM {plan.Table}", $"counting the values of {plan.Name}") + Vocabulary.Reserved;
    }

    /// <summary>The share of training occurrences that the most frequent 1% of values (at least one) take.</summary>
    public double TopShare(VocabularyPlan plan)
    {
        string doing = $"summing up {plan.Name}";
        long all = database.Number($"SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM {plan.Table}", doing);
        long top = database.Number(
            $"SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM {plan.Table} WHERE rowid < greatest(1, (SELECT count(*) FROM {plan.Table}) // 100)", doing);
        return all == 0 ? 0 : (double)top / all;
    }

    /// <summary>Writes the vocabulary, with unknown and missing as its first rows.</summary>
    public void Write(VocabularyPlan plan, string folder)
    {
        string path = Path.Combine(folder, plan.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string rows = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {Vocabulary.Unknown} AS id, '' AS value, CAST({plan.Unknown} AS BIGINT) AS count UNION ALL SELECT {Vocabulary.Missing}, '', {plan.Missing} UNION ALL SELECT CAST(rowid AS INTEGER) + {Vocabulary.Reserved}, value, count FROM {plan.Table}");
        database.Execute(
            $"COPY (SELECT * FROM ({rows}) ORDER BY id) TO {Sql.Text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)",
            $"writing {plan.File}");
    }
}
