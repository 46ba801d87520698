using Taper.Data;

namespace Taper.Training.Sizing;

/// <summary>
/// The feature values of a table by vocabulary and training count. A value's size depends on its frequency alone, so a
/// mask is computed once for each group and never for each occurrence. Each count has a group of its own, as in the
/// paper, while that makes no more than 4,096 groups. Beyond, counts over 20 share one with those less than 5% away:
/// their embeddings need the same size, and a large table has thousands of groups instead of hundreds of thousands.
/// </summary>
/// <remarks>Group order: by vocabulary, then by count descending. Immutable and safe to share between threads.</remarks>
public sealed class FrequencyGroups
{
    private const int MostExactGroups = 4096;
    private const int ExactCounts = 20;
    private const double StepRatio = 1.05;
    private static readonly double LogStepRatio = Math.Log(StepRatio);

    /// <summary>What a group takes in memory: count, rows, vocabulary, rank, distinct counts, and its size.</summary>
    internal const int BytesOfAGroup = sizeof(long) + (4 * sizeof(int)) + 1;

    private readonly int[] _groupOfRow;
    private readonly long[] _counts;
    private readonly int[] _rows;
    private readonly int[] _vocabularies;
    private readonly float[] _ranks;
    private readonly int[] _distinctCounts;

    private FrequencyGroups(int[] groupOfRow, List<(int Vocabulary, long Count, int Rows, float Rank, int DistinctCounts)> groups)
    {
        _groupOfRow = groupOfRow;
        _vocabularies = [.. groups.Select(g => g.Vocabulary)];
        _counts = [.. groups.Select(g => g.Count)];
        _rows = [.. groups.Select(g => g.Rows)];
        _ranks = [.. groups.Select(g => g.Rank)];
        _distinctCounts = [.. groups.Select(g => g.DistinctCounts)];
    }

    /// <summary>Number of groups, U.</summary>
    public int Count => _counts.Length;

    /// <summary>Number of table rows the groups cover.</summary>
    public int TableRows => _groupOfRow.Length;

    /// <summary>Group of each table row.</summary>
    public ReadOnlySpan<int> GroupOfRow => _groupOfRow;

    /// <summary>The same, to be shared and not written.</summary>
    internal int[] SharedGroupOfRow => _groupOfRow;

    /// <summary>Training count of the values of each group, rounded mean where they differ.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Number of table rows in each group.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>Index of the vocabulary each group belongs to.</summary>
    public ReadOnlySpan<int> Vocabularies => _vocabularies;

    /// <summary>Number of vocabularies.</summary>
    internal int VocabularyCount => _vocabularies[^1] + 1;

    /// <summary>Mean rank percentile of each group's values in their vocabulary: 1 for the most frequent, 0 for the rarest.</summary>
    public ReadOnlySpan<float> Ranks => _ranks;

    /// <summary>How many different training counts the values of each group have.</summary>
    internal ReadOnlySpan<int> DistinctCounts => _distinctCounts;

    /// <summary>Groups the rows of concatenated vocabularies, in the order of their first rows.</summary>
    /// <param name="vocabularyCounts">For each vocabulary, the training count of each of its rows.</param>
    public static FrequencyGroups Of(IReadOnlyList<long[]> vocabularyCounts)
    {
        ArgumentNullException.ThrowIfNull(vocabularyCounts);
        bool exact = vocabularyCounts.Sum(counts => counts.Distinct().Take(MostExactGroups + 1).Count()) <= MostExactGroups;
        Func<long, long> stepOf = exact ? count => count : Step;
        return Of(vocabularyCounts, stepOf);
    }

    private static FrequencyGroups Of(IReadOnlyList<long[]> vocabularyCounts, Func<long, long> stepOf)
    {
        var groupOfRow = new int[vocabularyCounts.Sum(c => c.Length)];
        var groups = new List<(int, long, int, float, int)>();
        int first = 0;
        for (int v = 0; v < vocabularyCounts.Count; v++)
        {
            long[] counts = vocabularyCounts[v];
            var members = new SortedDictionary<long, (long Total, int Rows, int Distinct)>();
            var seen = new HashSet<long>();
            foreach (long count in counts)
            {
                long step = stepOf(count);
                (long total, int rows, int distinct) = members.GetValueOrDefault(step);
                members[step] = (total + count, rows + 1, distinct + (seen.Add(count) ? 1 : 0));
            }

            var groupOfStep = new Dictionary<long, int>();
            int ranked = 0;
            foreach ((long step, (long total, int rows, int distinct)) in members.Reverse())
            {
                groupOfStep.Add(step, groups.Count);
                groups.Add((v, (total + (rows / 2)) / rows, rows, 1f - (ranked + (rows / 2f)) / counts.Length, distinct));
                ranked += rows;
            }

            for (int row = 0; row < counts.Length; row++)
            {
                groupOfRow[first + row] = groupOfStep[stepOf(counts[row])];
            }

            first += counts.Length;
        }

        return new FrequencyGroups(groupOfRow, groups);
    }

    /// <summary>The count itself up to <see cref="ExactCounts"/>, then steps of <see cref="StepRatio"/>.</summary>
    private static long Step(long count) =>
        count <= ExactCounts ? count : ExactCounts + 1 + (long)(Math.Log((double)count / (ExactCounts + 1)) / LogStepRatio);

    /// <summary>A group of its own for each value of concatenated vocabularies, in the order of their rows.</summary>
    /// <param name="vocabularyCounts">For each vocabulary, the training count of each of its rows.</param>
    internal static FrequencyGroups OfEachValue(IReadOnlyList<long[]> vocabularyCounts)
    {
        var groups = new List<(int, long, int, float, int)>();
        for (int v = 0; v < vocabularyCounts.Count; v++)
        {
            groups.AddRange(vocabularyCounts[v].Select(count => (v, count, 1, 0f, 1)));
        }

        return new FrequencyGroups([.. Enumerable.Range(0, groups.Count)], groups);
    }

    /// <summary>The same rows with one group for each vocabulary.</summary>
    internal FrequencyGroups ByVocabulary()
    {
        long[] rows = RowsOfVocabularies(), total = new long[rows.Length];
        for (int g = 0; g < Count; g++)
        {
            total[_vocabularies[g]] += _counts[g] * _rows[g];
        }

        return new FrequencyGroups(
            [.. _groupOfRow.Select(group => _vocabularies[group])],
            [.. rows.Select((count, v) => (v, total[v] / count, (int)count, 0.5f, 1))]);
    }

    /// <summary>Number of table rows of each vocabulary.</summary>
    internal long[] RowsOfVocabularies()
    {
        long[] rows = new long[VocabularyCount];
        for (int g = 0; g < Count; g++)
        {
            rows[_vocabularies[g]] += _rows[g];
        }

        return rows;
    }

    /// <summary>Groups the values of a dataset's vocabularies.</summary>
    public static FrequencyGroups Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return Of([.. dataset.Vocabularies.Select(v => v.ReadCounts())]);
    }
}
