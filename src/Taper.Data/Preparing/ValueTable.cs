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
    private readonly ValueTotals totals;
    private readonly string doing;
    private readonly string columns;
    private readonly Appender appender;

    public ValueTable(Database database, ValueTotals totals, string doing)
    {
        (this.database, this.totals, this.doing) = (database, totals, doing);
        (string Name, string Sql, DuckDBType Type)[] further =
        [
            .. totals.AreExact ? [(ValueColumns.ExactCount, "DOUBLE", DuckDBType.Double)] : Array.Empty<(string, string, DuckDBType)>(),
            .. totals.HaveAges ? [(ValueColumns.Age, "INTEGER", DuckDBType.Integer)] : Array.Empty<(string, string, DuckDBType)>(),
        ];
        columns = string.Concat(further.Select(column => $", {column.Name}"));
        database.Execute($"CREATE OR REPLACE TEMP TABLE {Table} (value VARCHAR, count BIGINT{string.Concat(further.Select(column => $", {column.Name} {column.Sql}"))})", doing);
        appender = database.Append(Table, doing, further.Select(column => column.Type));
    }

    /// <summary>Appends a value.</summary>
    public void Append(ReadOnlySpan<byte> text, double count, int age)
    {
        if (totals.AreExact)
        {
            appender.Set(2, count);
        }

        if (totals.HaveAges)
        {
            appender.Set(totals.AreExact ? 3 : 2, age);
        }

        appender.Append(text, (long)count);
    }

    /// <summary>Writes what was appended, numbered from 0 as ids.</summary>
    public void WriteVocabulary(string path) => Write($"CAST(rowid AS INTEGER) AS id, value, count{columns}", path);

    /// <summary>Writes what was appended.</summary>
    public void WriteWaiting(string path) => Write($"value, count{columns}", path);

    public void Dispose() => appender.Dispose();

    private void Write(string select, string path)
    {
        appender.Finish();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        database.Execute(
            string.Create(
                CultureInfo.InvariantCulture,
                $"COPY (SELECT {select} FROM {Table}) TO {Sql.Text(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"),
            doing);
    }
}
