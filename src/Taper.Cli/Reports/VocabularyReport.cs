using Taper.Training.Runs;

namespace Taper.Cli.Reports;

/// <summary>The kept sizes of one vocabulary, as a whole and by frequency decile.</summary>
internal sealed record VocabularyReport
{
    private const int Deciles = 10;

    public required string Name { get; init; }

    /// <summary>Values, unknown and missing among them.</summary>
    public required int Values { get; init; }

    /// <summary>Kept parameters: the sum of the sizes.</summary>
    public required long Parameters { get; init; }

    public required IReadOnlyList<SizeClass> ByFrequency { get; init; }

    /// <summary>Number of values for each kept size from 0 to the largest.</summary>
    public required IReadOnlyList<int> Histogram { get; init; }

    public double MeanSize => (double)Parameters / Values;

    /// <summary>Cuts a vocabulary into tenths by descending frequency; fewer where it has fewer values.</summary>
    public static VocabularyReport Of(VocabularySizes vocabulary)
    {
        IReadOnlyList<byte> sizes = vocabulary.Sizes;
        int[] order = [.. Enumerable.Range(0, sizes.Count).OrderByDescending(i => vocabulary.Counts[i])];
        List<SizeClass> classes = [];
        for (int d = 0; d < Deciles; d++)
        {
            int first = (int)((long)order.Length * d / Deciles), end = (int)((long)order.Length * (d + 1) / Deciles);
            if (end > first)
            {
                ArraySegment<int> part = new(order, first, end - first);
                classes.Add(new SizeClass(
                    d + 1,
                    part.Count,
                    vocabulary.Counts[order[end - 1]],
                    vocabulary.Counts[order[first]],
                    part.Average(i => sizes[i])));
            }
        }

        int[] histogram = new int[sizes.Max() + 1];
        foreach (byte size in sizes)
        {
            histogram[size]++;
        }

        return new VocabularyReport
        {
            Name = vocabulary.Name,
            Values = sizes.Count,
            Parameters = sizes.Sum(s => (long)s),
            ByFrequency = classes,
            Histogram = histogram,
        };
    }
}
