using Taper.Data;

namespace Taper.Training.Sizing;

/// <summary>
/// The distinct (vocabulary, training count) pairs of a table. A value's size depends on its frequency alone, so a
/// mask is computed once for each group and never for each occurrence (DESIGN: one mask per distinct frequency).
/// </summary>
/// <remarks>Group order: by vocabulary, then by count descending. Immutable and safe to share between threads.</remarks>
public sealed class FrequencyGroups
{
    private readonly int[] _groupOfRow;
    private readonly long[] _counts;
    private readonly int[] _rows;
    private readonly int[] _vocabularies;
    private readonly float[] _ranks;

    private FrequencyGroups(int[] groupOfRow, List<(int Vocabulary, long Count, int Rows, float Rank)> groups)
    {
        _groupOfRow = groupOfRow;
        _vocabularies = [.. groups.Select(g => g.Vocabulary)];
        _counts = [.. groups.Select(g => g.Count)];
        _rows = [.. groups.Select(g => g.Rows)];
        _ranks = [.. groups.Select(g => g.Rank)];
    }

    /// <summary>Number of groups, U.</summary>
    public int Count => _counts.Length;

    /// <summary>Number of table rows the groups cover.</summary>
    public int TableRows => _groupOfRow.Length;

    /// <summary>Group of each table row.</summary>
    public ReadOnlySpan<int> GroupOfRow => _groupOfRow;

    /// <summary>Training count that the values of each group share.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Number of table rows in each group.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>Index of the vocabulary each group belongs to.</summary>
    public ReadOnlySpan<int> Vocabularies => _vocabularies;

    /// <summary>Mean rank percentile of each group's values in their vocabulary: 1 for the most frequent, 0 for the rarest.</summary>
    public ReadOnlySpan<float> Ranks => _ranks;

    /// <summary>Groups the rows of concatenated vocabularies, in the order of their first rows.</summary>
    /// <param name="vocabularyCounts">For each vocabulary, the training count of each of its rows.</param>
    public static FrequencyGroups Of(IReadOnlyList<long[]> vocabularyCounts)
    {
        ArgumentNullException.ThrowIfNull(vocabularyCounts);
        var groupOfRow = new int[vocabularyCounts.Sum(c => c.Length)];
        var groups = new List<(int, long, int, float)>();
        int first = 0;
        for (int v = 0; v < vocabularyCounts.Count; v++)
        {
            long[] counts = vocabularyCounts[v];
            int ranked = 0;
            foreach (var group in counts.Select((count, row) => (count, row)).GroupBy(p => p.count).OrderByDescending(g => g.Key))
            {
                int members = 0;
                foreach (var (_, row) in group)
                {
                    groupOfRow[first + row] = groups.Count;
                    members++;
                }

                groups.Add((v, group.Key, members, 1f - (ranked + (members / 2f)) / counts.Length));
                ranked += members;
            }

            first += counts.Length;
        }

        return new FrequencyGroups(groupOfRow, groups);
    }

    /// <summary>Groups the values of a dataset's vocabularies.</summary>
    public static FrequencyGroups Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Of([.. dataset.Vocabularies.Select(v => v.Counts.ToArray())]);
    }
}
