using System.Globalization;
using DuckDB.NET.Native;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>
/// Values and their counts on their way into a Parquet file, with exact counts and ages where the totals have them; a file of a dataset
/// that asks for neither has neither column.
/// </summary>
internal sealed class ValueTable : IDisposable
{
    private const string Table = "taper_vocabulary";

    private readonly Database database;
    private readonly bool areExact;
    private readonly bool haveAges;
    private readonly string doing;
    private readonly string columns;
    private readonly Appender appender;

    /// <param name="database">A session of its own.</param>
    /// <param name="areExact">Whether counts have fractions.</param>
    /// <param name="haveAges">Whether ages are kept.</param>
    /// <param name="doing">What it does, for error messages.</param>
    public ValueTable(Database database, bool areExact, bool haveAges, string doing)
    {
        (this.database, this.areExact, this.haveAges, this.doing) = (database, areExact, haveAges, doing);
        (string Name, string Sql, DuckDBType Type)[] further =
        [
            .. areExact ? [(ValueColumns.ExactCount, "DOUBLE", DuckDBType.Double)] : Array.Empty<(string, string, DuckDBType)>(),
            .. haveAges ? [(ValueColumns.Age, "INTEGER", DuckDBType.Integer)] : Array.Empty<(string, string, DuckDBType)>(),
        ];
        columns = string.Concat(further.Select(column => $", {column.Name}"));
        database.Execute($"CREATE OR REPLACE TEMP TABLE {Table} (value VARCHAR, count BIGINT{string.Concat(further.Select(column => $", {column.Name} {column.Sql}"))})", doing);
        appender = database.Append(Table, doing, further.Select(column => column.Type));
    }

    /// <summary>Appends a value.</summary>
    public void Append(ReadOnlySpan<byte> text, double count, int age)
    {
        if (areExact)
        {
            appender.Set(2, count);
        }

        if (haveAges)
        {
            appender.Set(areExact ? 3 : 2, age);
        }

        appender.Append(text, (long)count);
    }

    /// <summary>Writes what was appended, numbered from 0 as ids, with counts for the first two rows that are known by now.</summary>
    public void WriteVocabulary(string path, long unknown, long missing)
    {
        appender.Finish();
        SetCount(Vocabulary.Unknown, unknown);
        SetCount(Vocabulary.Missing, missing);
        Write(Numbered, path);
    }

    /// <summary>Writes what was appended, numbered from 0 as ids.</summary>
    public void WriteVocabulary(string path)
    {
        appender.Finish();
        Write(Numbered, path);
    }

    /// <summary>Writes what was appended.</summary>
    public void WriteWaiting(string path)
    {
        appender.Finish();
        Write($"value, count{columns}", path);
    }

    public void Dispose() => appender.Dispose();

    private string Numbered => $"CAST(rowid AS INTEGER) AS id, value, count{columns}";

    private void SetCount(int id, long count) =>
        database.Execute(string.Create(CultureInfo.InvariantCulture, $"UPDATE {Table} SET count = {count} WHERE rowid = {id}"), doing);

    private void Write(string select, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        database.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"COPY (SELECT {select} FROM {Table}) TO {Sql.Text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"),
            doing);
    }
}
