using Taper.Studies.Planning;

namespace Taper.Studies.Results;

/// <summary>The results of a study's finished runs, kept on disk at each change. Safe to share between threads.</summary>
internal sealed class StudyResults
{
    private readonly Lock _lock = new();
    private readonly StudyFolder _folder;
    private List<RunResult> _rows;

    private StudyResults(StudyFolder folder, List<RunResult> rows)
    {
        _folder = folder;
        _rows = rows;
    }

    /// <summary>Reads those of a study's folder, and further ones; a run of both is read once.</summary>
    public static StudyResults Open(StudyFolder folder, IEnumerable<string> further)
    {
        IEnumerable<string> files = File.Exists(folder.ResultsCsv) ? further.Prepend(folder.ResultsCsv) : further;
        return new StudyResults(folder, [.. files.SelectMany(ResultsFile.Read).DistinctBy(row => (row.Name, row.Hash))]);
    }

    /// <summary>The result of a run, or null: by its hash, under its present name, or by its name where the hash is not known.</summary>
    public RunResult? Find(PlannedRun run)
    {
        bool trial = run.Name.Trial is not null;
        lock (_lock)
        {
            return run.Hash is null
                ? _rows.FirstOrDefault(row => row.Name == run.Name)
                : _rows.FirstOrDefault(row => row.Hash == run.Hash && row.Trial is not null == trial) is { } found ? Renamed(found, run) : null;
        }
    }

    /// <summary>As <see cref="Find"/>, and keeps what is found under the run's present name.</summary>
    public RunResult? Adopt(PlannedRun run)
    {
        lock (_lock)
        {
            RunResult? found = Find(run);
            if (found is not null && !_rows.Contains(found))
            {
                Add(found);
            }

            return found;
        }
    }

    /// <summary>Adds a result; an older one of the same name is replaced.</summary>
    public void Add(RunResult result)
    {
        lock (_lock)
        {
            _rows = [.. _rows.Where(row => row.Name != result.Name), result];
            Save();
        }
    }

    /// <summary>Writes results.csv.</summary>
    public void Save()
    {
        lock (_lock)
        {
            ResultsFile.Write(_folder.ResultsCsv, _rows);
        }
    }

    private static RunResult Renamed(RunResult row, PlannedRun run) => row with
    {
        Dataset = run.Name.Dataset,
        Network = run.Name.Network,
        Method = run.Name.Method,
        Budget = run.Name.Budget,
        Trial = run.Name.Trial,
        Chosen = run.Chosen,
    };
}
