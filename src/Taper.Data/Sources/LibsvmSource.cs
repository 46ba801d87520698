using System.Globalization;
using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>libsvm and libfm lines; see <see cref="SourceFormat.Libsvm"/> for the columns.</summary>
internal sealed class LibsvmSource : Source
{
    private const string Label = "label";
    private const string Features = "features";
    private const string Place = "feature_";

    private readonly int places;

    public LibsvmSource(string name, IReadOnlyList<string> files, string first, Database database)
        : base(name, files)
    {
        string line = TextLines.First(first, database);
        places = line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Length - 1;
        Columns = [Label, Features, .. Enumerable.Range(1, Math.Max(0, places)).Select(place => string.Create(CultureInfo.InvariantCulture, $"{Place}{place}"))];
    }

    public override IReadOnlyList<string> Columns { get; }

    public override string Select(IEnumerable<string> columns)
    {
        const string Parts = @"list_filter(regexp_split_to_array(split_part(line, '#', 1), '\s+'), lambda part: part <> '')";
        return $"SELECT {string.Join(", ", columns.Select(column => $"{Expression(column)} AS {Sql.Name(column)}"))} "
            + $"FROM (SELECT line, parts[1] AS target, parts[2:] AS pairs FROM (SELECT line, {Parts} AS parts FROM {TextLines.Table(Files)}) WHERE len(parts) > 0)";
    }

    public override string CountByFile() =>
        $"SELECT file, count(*) FROM {TextLines.Table(Files)} WHERE line IS NOT NULL GROUP BY file ORDER BY file";

    private string Expression(string column)
    {
        if (SameColumn(column, Label))
        {
            return "CASE target WHEN '-1' THEN '0' WHEN '+1' THEN '1' ELSE target END";
        }

        if (SameColumn(column, Features))
        {
            return $"array_to_string(list_transform(pairs, lambda pair: {IndexOf("pair")}), '|')";
        }

        string place = column[Place.Length..];
        return $"CASE WHEN len(pairs) <> {places} THEN error(concat({Sql.Text($"source {Name}: a line has ")}, len(pairs), "
            + $"' features where the first line has {places}: ', line[:80])) ELSE {IndexOf($"pairs[{place}]")} END";
    }

    /// <summary>The index of an index:value pair, whose value must be 1.</summary>
    private string IndexOf(string pair) =>
        $"CASE WHEN TRY_CAST(split_part({pair}, ':', 2) AS DOUBLE) = 1 THEN split_part({pair}, ':', 1) "
        + $"ELSE error(concat({Sql.Text($"source {Name}: ")}, {pair}, ' is not of the form index:1; bring weighted features as columns of a CSV file')) END";
}
