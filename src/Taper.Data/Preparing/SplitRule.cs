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
    /// <param name="cuts">Where a split by time cuts; null for other splits.</param>
    public string AfterLoading(TimeCuts? cuts) => cuts is null ? "__split" : cuts.SplitOf(config.Time!.Column);

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
}
