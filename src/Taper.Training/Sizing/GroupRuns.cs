namespace Taper.Training.Sizing;

/// <summary>
/// The group of each row of a table as runs of neighbours that share one: rows that lie in the order of their counts make as many
/// runs as groups, or a few more, where a number for each row would take memory for all of a table of which a worker of a cluster
/// sees a batch at a time. Rows in any other order make more runs.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed class GroupRuns
{
    private readonly int[] _firstRows;
    private readonly int[] _groups; // of each run's first row
    private readonly int _rise; // from a row's group to that of the next row of its run

    private GroupRuns(int rows, int[] firstRows, int[] groups, int rise)
    {
        Rows = rows;
        _firstRows = firstRows;
        _groups = groups;
        _rise = rise;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of runs.</summary>
    public int Count => _firstRows.Length;

    /// <summary>Rows in their order, so many at a time of one group; neighbours of the same group become one run.</summary>
    public static GroupRuns Of(IEnumerable<(int Group, int Rows)> stretches)
    {
        List<int> firstRows = [], groups = [];
        int next = 0;
        foreach ((int group, int rows) in stretches)
        {
            if (groups.Count == 0 || groups[^1] != group)
            {
                firstRows.Add(next);
                groups.Add(group);
            }

            next = checked(next + rows);
        }

        return new GroupRuns(next, [.. firstRows], [.. groups], 0);
    }

    /// <summary>A group of its own for each row, numbered as they are.</summary>
    public static GroupRuns OfEachRow(int rows) => new(rows, [0], [0], 1);

    /// <summary>The group of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int GroupOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        int found = Array.BinarySearch(_firstRows, row);
        return GroupIn(found < 0 ? ~found - 1 : found, row);
    }

    /// <summary>The groups of rows that are equally far apart, without a search for each.</summary>
    /// <param name="first">The first of the rows.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="groups">Filled.</param>
    public void CopyTo(int first, int step, Span<int> groups)
    {
        int run = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            int row = first + (i * step);
            while (run + 1 < _firstRows.Length && _firstRows[run + 1] <= row)
            {
                run++;
            }

            groups[i] = GroupIn(run, row);
        }
    }

    private int GroupIn(int run, int row) => _groups[run] + (_rise * (row - _firstRows[run]));
}
