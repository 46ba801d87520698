using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data;

/// <summary>
/// The numbers that a Parquet file keeps of values, as SQL that copes with files that lack some: the exact count stands for the whole
/// one, which is its floor, and an age that is not kept is 0. What is missing or no number in a row becomes -1, to be refused.
/// </summary>
internal sealed class ValueColumns
{
    /// <summary>The column of counts with their fractions.</summary>
    public const string ExactCount = "exact_count";

    /// <summary>The column of ages: how many datasets ago a value was last seen in training.</summary>
    public const string Age = "age";

    private readonly string path;
    private readonly Database database;

    /// <param name="path">The file.</param>
    /// <param name="database">Reads it.</param>
    public ValueColumns(string path, Database database)
    {
        (this.path, this.database) = (path, database);
        Table = $"read_parquet({Sql.Text(SourceFiles.Literal(path))})";
    }

    /// <summary>The file as a table.</summary>
    public string Table { get; }

    /// <summary>The count, DOUBLE.</summary>
    public string Counts => $"coalesce(TRY_CAST({(Has(ExactCount) ? ExactCount : "count")} AS DOUBLE), -1)";

    /// <summary>The age, INTEGER.</summary>
    public string Ages => Has(Age) ? $"coalesce(TRY_CAST({Age} AS INTEGER), -1)" : "0";

    /// <summary>Whether it can be a count.</summary>
    public static bool IsCount(double count) => double.IsFinite(count) && count >= 0;

    /// <summary>Whether it can be an age, and one more too.</summary>
    public static bool IsAge(int age) => age is >= 0 and < int.MaxValue;

    private bool Has(string column) =>
        database.Describe($"SELECT * FROM {Table}", $"reading {path}").Any(described => described.Name == column);
}
