using System.Globalization;
using Taper.Embeddings.Features;
using Taper.Models;

namespace Taper.Server.Page;

/// <summary>
/// A value to start an example with. A bundle holds no texts, only their hashes: what it knows can be asked for, not listed.
/// </summary>
internal static class ExampleValue
{
    private const int MostIds = 10_000;
    private const int MostBuckets = 64;

    /// <summary>
    /// The mean of a numeric field, a number of the widest bucket of a bucketed one, the first whole number that is in the
    /// vocabulary of another one; empty when there is none, or when the rows lie in a store.
    /// </summary>
    public static string Of(FeatureField field, CompactTable? table) => field.Kind switch
    {
        FieldKind.Numeric => field.Mean.ToString("G4", CultureInfo.InvariantCulture),
        _ when table is null => "",
        FieldKind.Bucketed => BucketIn(table),
        _ => Enumerable.Range(0, MostIds).Select(Text).FirstOrDefault(id => Knows(table, id)) ?? "",
    };

    private static string BucketIn(CompactTable table)
    {
        IEnumerable<int> known = Enumerable.Range(-MostBuckets, (2 * MostBuckets) + 1).Where(bucket => Knows(table, Text(bucket)));
        int[] byWidth = [.. known.OrderByDescending(bucket => table.SizeOf(table.RowOf(Text(bucket)))).ThenBy(Math.Abs)];
        return byWidth.Length == 0 ? "" : NumberIn(byWidth[0]).ToString("G4", CultureInfo.InvariantCulture);
    }

    /// <summary>A number in the middle of a bucket.</summary>
    private static double NumberIn(int bucket) => Math.Sign(bucket) * (Math.Pow(2, (Math.Abs(bucket) + 0.5) / 2) - 1);

    private static bool Knows(CompactTable table, string value) => table.RowOf(value) != table.UnknownRow;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
