using System.Globalization;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>Which split a row belongs to, as SQL: 0 trains, 1 validates, 2 tests.</summary>
internal sealed class SplitRule(SplitConfig config)
{
    /// <summary>The sources that hold examples, one per part, in the order they are loaded.</summary>
    public IReadOnlyList<string> Parts(DataConfig data) => config.Files is { } files
        ? [.. ((string?[])[files.Train, files.Validation, files.Test]).OfType<string>()]
        : [data.Sources[0].Name];

    /// <summary>The split of a row of the given part while it is loaded; NULL when it is told afterwards.</summary>
    public string AtLoading(int part)
    {
        if (config.Files is { } files)
        {
            // With no validation source the second part is the test split.
            return (part == 1 && files.Validation is null ? 2 : part).ToString(CultureInfo.InvariantCulture);
        }

        return config.Hash is { } hash ? ByHash(hash) : "NULL";
    }

    /// <summary>Which rows are kept while they are loaded, as SQL; null where all are.</summary>
    /// <exception cref="Taper.Configuration.ConfigException">The bounds of a split by time are none.</exception>
    public string? Kept(Database database) => config.Time is { } time ? new TimeBounds(time, database).Kept : null;

    /// <summary>The split of a loaded row.</summary>
    public string AfterLoading(RawRows rows, Database database) =>
        config.Time is { } time ? ByTime(time, rows, database) : "__split";

    private static string ByHash(HashSplit hash)
    {
        string texts = string.Join(", ", hash.Columns.Select(column => $"coalesce({Sql.Name(column)}, '')"));
        string number = $"md5_number(concat_ws(chr(31), {Sql.Text(hash.Seed.ToString(CultureInfo.InvariantCulture))}, {texts}))";

        // 2 below both thresholds, 1 below the second alone; no CASE, so that DuckDB computes the number once.
        return $"CAST({number} < {Threshold(hash.Test)} AS UTINYINT) + CAST({number} < {Threshold(hash.Test + hash.Validation)} AS UTINYINT)";
    }

    /// <summary>A share of all 128-bit numbers, to 64 bits.</summary>
    private static string Threshold(double share) =>
        $"CAST({((UInt128)(share * Math.Pow(2, 64)) << 64).ToString(CultureInfo.InvariantCulture)} AS UHUGEINT)";

    private static string ByTime(TimeSplit time, RawRows rows, Database database)
    {
        string column = Sql.Name(time.Column);
        TimeBounds bounds = new(time, database);
        bounds.RefuseAnotherKind(database);
        string moment = (bounds.AreNumbers ?? HoldsNumbers(column, database)) ? Sql.Number(column) : Sql.Seconds(column);
        RefuseBadTime(time.Column, moment, rows, database);

        (string firstTest, string firstValidation) = bounds.TestFrom is double testFrom
            ? BeforeTest(moment, testFrom, time.Validation, database)
            : ByShares(moment, time, rows.Count, database);
        return $"CASE WHEN {moment} >= {firstTest} THEN 2 WHEN {moment} >= {firstValidation} THEN 1 ELSE 0 END";
    }

    private static bool HoldsNumbers(string column, Database database) => database.Number(
        $"SELECT count({Sql.Number(column)}) - count({Sql.Seconds(column)}) FROM {RawRows.Table}", "data.split.time") >= 0;

    private static (string FirstTest, string FirstValidation) ByShares(string moment, TimeSplit time, long rows, Database database)
    {
        long test = (long)(time.Test * rows);
        long validation = (long)(time.Validation * rows);
        return (Cut(moment, rows - test, rows, database), Cut(moment, rows - test - validation, rows, database));
    }

    private static (string FirstTest, string FirstValidation) BeforeTest(string moment, double testFrom, double share, Database database)
    {
        string firstTest = TimeBounds.Literal(testFrom);
        long before = database.Number($"SELECT count(*) FROM {RawRows.Table} WHERE {moment} < {firstTest}", "data.split.time");
        return (firstTest, Cut(moment, before - (long)(share * before), before, database));
    }

    /// <summary>The moment at a place of the sorted rows, as a literal.</summary>
    private static string Cut(string moment, long place, long count, Database database)
    {
        if (place >= count)
        {
            return "'infinity'::DOUBLE";
        }

        object? value = database.Scalar(
            $"SELECT moment FROM (SELECT {moment} AS moment FROM {RawRows.Table}) ORDER BY moment LIMIT 1 OFFSET {place}", "data.split.time");
        return TimeBounds.Literal((double)value!);
    }

    private static void RefuseBadTime(string column, string moment, RawRows rows, Database database)
    {
        IReadOnlyList<IReadOnlyList<string?>> bad = database.Rows(
            $"SELECT rowid, {Sql.Name(column)} FROM {RawRows.Table} WHERE {moment} IS NULL ORDER BY rowid LIMIT 1", "data.split.time");
        if (bad.Count > 0)
        {
            throw new DataException(
                $"{rows.Locate(long.Parse(bad[0][0]!, CultureInfo.InvariantCulture))}: {column} is \"{bad[0][1]}\", which is no time; data.split.time needs one in every row.");
        }
    }
}
