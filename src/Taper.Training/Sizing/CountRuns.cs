namespace Taper.Training.Sizing;

/// <summary>
/// The training counts of a vocabulary's rows as runs of neighbours that have the same: values lie in the order of their counts,
/// so that there are few, however many the rows.
/// </summary>
internal sealed class CountRuns
{
    private readonly List<(long Count, int Rows)> _runs = [];

    /// <summary>Each run's count, and how many rows it has.</summary>
    public IReadOnlyList<(long Count, int Rows)> Runs => _runs;

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Those of counts that are held already.</summary>
    public static CountRuns Of(long[] counts)
    {
        var runs = new CountRuns();
        runs.Add(counts);
        return runs;
    }

    /// <summary>Takes the counts of the rows that follow.</summary>
    public void Add(ReadOnlySpan<long> counts)
    {
        Rows = checked(Rows + counts.Length);
        while (!counts.IsEmpty)
        {
            int same = counts.IndexOfAnyExcept(counts[0]);
            int rows = same < 0 ? counts.Length : same;
            if (_runs.Count > 0 && _runs[^1].Count == counts[0])
            {
                _runs[^1] = (counts[0], _runs[^1].Rows + rows);
            }
            else
            {
                _runs.Add((counts[0], rows));
            }

            counts = counts[rows..];
        }
    }
}
