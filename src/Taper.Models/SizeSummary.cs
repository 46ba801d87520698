namespace Taper.Models;

/// <summary>The kept sizes of one vocabulary, as a whole and by frequency decile.</summary>
public sealed record SizeSummary
{
    private const int Deciles = 10;

    /// <summary>The number of values, unknown and missing among them.</summary>
    public required int Values { get; init; }

    /// <summary>The kept parameters: the sum of the sizes.</summary>
    public required long Parameters { get; init; }

    /// <summary>The number of values of each size, from 0 to the largest that occurs.</summary>
    public required IReadOnlyList<int> Histogram { get; init; }

    /// <summary>Tenths of the values by descending frequency; fewer where there are fewer values.</summary>
    public required IReadOnlyList<FrequencyDecile> ByFrequency { get; init; }

    /// <summary>The mean kept size.</summary>
    public double MeanSize => (double)Parameters / Values;

    /// <summary>Sums up a vocabulary.</summary>
    /// <param name="counts">The training count of each value; at least one.</param>
    /// <param name="sizes">The kept size of each value.</param>
    public static SizeSummary Of(IReadOnlyList<long> counts, IReadOnlyList<byte> sizes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfZero(sizes.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Count, sizes.Count);
        int[] histogram = new int[sizes.Max() + 1];
        foreach (byte size in sizes)
        {
            histogram[size]++;
        }

        return new SizeSummary
        {
            Values = sizes.Count,
            Parameters = sizes.Sum(size => (long)size),
            Histogram = histogram,
            ByFrequency = Tenths(counts, sizes),
        };
    }

    private static List<FrequencyDecile> Tenths(IReadOnlyList<long> counts, IReadOnlyList<byte> sizes)
    {
        int[] order = [.. Enumerable.Range(0, sizes.Count).OrderByDescending(i => counts[i])];
        List<FrequencyDecile> tenths = [];
        for (int decile = 0; decile < Deciles; decile++)
        {
            int first = (int)((long)order.Length * decile / Deciles);
            int end = (int)((long)order.Length * (decile + 1) / Deciles);
            if (end > first)
            {
                ArraySegment<int> part = new(order, first, end - first);
                tenths.Add(new FrequencyDecile(
                    decile + 1, part.Count, counts[order[end - 1]], counts[order[first]], part.Average(i => sizes[i])));
            }
        }

        return tenths;
    }
}
