using Taper.Data;

namespace Taper.Training.Sizing;

/// <summary>
/// The feature values of a table by vocabulary and training count. A value's size depends on its frequency alone, so a
/// mask is computed once for each group and never for each occurrence. Each count has a group of its own, as in the
/// paper, while that makes no more than 4,096 groups. Beyond, counts over 20 share one with those less than 5% away:
/// their embeddings need the same size, and a large table has thousands of groups instead of hundreds of thousands.
/// </summary>
/// <remarks>
/// Group order: by vocabulary, then by count descending. Rows are held as runs of neighbours that share a group; the group of
/// each row is there for the kernels of one process, which look up any row at any time. Safe to share between threads.
/// </remarks>
public sealed class FrequencyGroups
{
    private const int MostExactGroups = 4096;
    private const int ExactCounts = 20;
    private const double StepRatio = 1.05;
    private static readonly double LogStepRatio = Math.Log(StepRatio);

    /// <summary>What a group takes in memory: count, rows, vocabulary, rank, distinct counts, and its size.</summary>
    internal const int BytesOfAGroup = sizeof(long) + (4 * sizeof(int)) + 1;

    private readonly GroupRuns _runs;
    private readonly Lazy<int[]> _groupOfRow;
    private readonly long[] _counts;
    private readonly int[] _rows;
    private readonly int[] _vocabularies;
    private readonly float[] _ranks;
    private readonly int[] _distinctCounts;

    private FrequencyGroups(GroupRuns runs, List<(int Vocabulary, long Count, int Rows, float Rank, int DistinctCounts)> groups)
    {
        _runs = runs;
        _groupOfRow = new Lazy<int[]>(ForEachRow);
        _vocabularies = [.. groups.Select(g => g.Vocabulary)];
        _counts = [.. groups.Select(g => g.Count)];
        _rows = [.. groups.Select(g => g.Rows)];
        _ranks = [.. groups.Select(g => g.Rank)];
        _distinctCounts = [.. groups.Select(g => g.DistinctCounts)];
    }

    /// <summary>Number of groups, U.</summary>
    public int Count => _counts.Length;

    /// <summary>Number of table rows the groups cover.</summary>
    public int TableRows => _runs.Rows;

    /// <summary>Group of each table row; made when it is first asked for, and then kept: 4 bytes a row.</summary>
    public ReadOnlySpan<int> GroupOfRow => _groupOfRow.Value;

    /// <summary>The same, to be shared and not written.</summary>
    internal int[] SharedGroupOfRow => _groupOfRow.Value;

    /// <summary>How many runs of neighbouring rows share a group, which is what the rows take in memory otherwise.</summary>
    internal int Runs => _runs.Count;

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
        return OfRuns([.. vocabularyCounts.Select(CountRuns.Of)]);
    }

    /// <summary>Groups the values of a dataset's vocabularies, whose counts are streamed.</summary>
    public static FrequencyGroups Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var vocabularies = new List<CountRuns>();
        foreach (Vocabulary vocabulary in dataset.Vocabularies)
        {
            var counts = new CountRuns();
            vocabulary.VisitCounts(counts.Add);
            vocabularies.Add(counts);
        }

        return OfRuns(vocabularies);
    }

    private static FrequencyGroups OfRuns(List<CountRuns> vocabularies)
    {
        bool exact = vocabularies.Sum(v => v.Runs.Select(run => run.Count).Distinct().Take(MostExactGroups + 1).Count()) <= MostExactGroups;
        Func<long, long> stepOf = exact ? count => count : Step;
        var stretches = new List<(int Group, int Rows)>();
        var groups = new List<(int, long, int, float, int)>();
        for (int v = 0; v < vocabularies.Count; v++)
        {
            var members = new SortedDictionary<long, (long Total, int Rows, int Distinct)>();
            var seen = new HashSet<long>();
            foreach ((long count, int more) in vocabularies[v].Runs)
            {
                long step = stepOf(count);
                (long total, int rows, int distinct) = members.GetValueOrDefault(step);
                members[step] = (total + (count * more), rows + more, distinct + (seen.Add(count) ? 1 : 0));
            }

            var groupOfStep = new Dictionary<long, int>();
            int ranked = 0;
            foreach ((long step, (long total, int rows, int distinct)) in members.Reverse())
            {
                groupOfStep.Add(step, groups.Count);
                groups.Add((v, (total + (rows / 2)) / rows, rows, 1f - (ranked + (rows / 2f)) / vocabularies[v].Rows, distinct));
                ranked += rows;
            }

            stretches.AddRange(vocabularies[v].Runs.Select(run => (groupOfStep[stepOf(run.Count)], run.Rows)));
        }

        return new FrequencyGroups(GroupRuns.Of(stretches), groups);
    }

    /// <summary>The count itself up to <see cref="ExactCounts"/>, then steps of <see cref="StepRatio"/>.</summary>
    private static long Step(long count) =>
        count <= ExactCounts ? count : ExactCounts + 1 + (long)(Math.Log((double)count / (ExactCounts + 1)) / LogStepRatio);

    /// <summary>A group of its own for each value of concatenated vocabularies, in the order of their rows.</summary>
    /// <param name="vocabularyCounts">For each vocabulary, the training count of each of its rows.</param>
    internal static FrequencyGroups OfEachValue(IEnumerable<long[]> vocabularyCounts)
    {
        var groups = new List<(int, long, int, float, int)>();
        foreach ((int v, long[] counts) in vocabularyCounts.Index())
        {
            groups.AddRange(counts.Select(count => (v, count, 1, 0f, 1)));
        }

        return new FrequencyGroups(GroupRuns.OfEachRow(groups.Count), groups);
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
            GroupRuns.Of(rows.Select((count, v) => (v, (int)count))),
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

    /// <summary>The group of a table row, found in the runs while <see cref="GroupOfRow"/> was not made.</summary>
    internal int GroupOf(int row) => _groupOfRow.IsValueCreated ? _groupOfRow.Value[row] : _runs.GroupOf(row);

    /// <summary>The groups of rows that are equally far apart, as a shard's are, without making <see cref="GroupOfRow"/>.</summary>
    /// <param name="first">The first of the rows.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="groups">Filled.</param>
    internal void CopyTo(int first, int step, Span<int> groups) => _runs.CopyTo(first, step, groups);

    private int[] ForEachRow()
    {
        int[] groupOfRow = new int[TableRows];
        _runs.CopyTo(0, 1, groupOfRow);
        return groupOfRow;
    }
}
