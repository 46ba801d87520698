using Taper.Embeddings.Storage;
using Taper.Studies.Planning;
using Taper.Studies.Results;

namespace Taper.Studies;

/// <summary>Where the files of a study lie.</summary>
internal sealed class StudyFolder(string root)
{
    private const string Mark = "study.yaml", LockName = ".lock";

    public string Root { get; } = Path.GetFullPath(root);

    public string ResultsCsv => Path.Combine(Root, ResultsFile.Name);

    public string ResultsParquet => Path.Combine(Root, ParquetFile.Name);

    public string Tables => Path.Combine(Root, "results.md");

    public string Report => Path.Combine(Root, "report.html");

    /// <summary>A plot's file.</summary>
    public string Plot(string dataset, string network, string ending) =>
        Path.Combine(Root, network == Study.OnlyNetwork ? $"{dataset}{ending}" : $"{dataset}-{network}{ending}");

    /// <summary>Where a dataset is prepared.</summary>
    public string Dataset(string name) => Path.Combine(Root, "datasets", name);

    /// <summary>Where a run lies; another config is another folder.</summary>
    public RunFiles Run(PlannedRun run)
    {
        RunName name = run.Name;
        string last = name.Trial is int trial ? $"trial-{trial + 1}" : $"seed-{name.Seed}";
        return new RunFiles(Path.Combine(Root, "runs", name.Dataset, name.Network, name.Method, name.BudgetText, $"{last}-{run.Hash}"));
    }

    /// <summary>Makes the folder and keeps other studies out of it until the lock is disposed.</summary>
    /// <param name="study">The study's file, of which a copy is kept here.</param>
    /// <exception cref="ArtifactException">The folder holds something else, or a study is running here.</exception>
    public IDisposable Take(string study)
    {
        string mark = Path.Combine(Root, Mark);
        if (Directory.Exists(Root) && !File.Exists(mark) && Directory.EnumerateFileSystemEntries(Root).FirstOrDefault(IsForeign) is { } foreign)
        {
            throw new ArtifactException($"{Root} holds other files, such as {Path.GetFileName(foreign)}; name a new folder with --out.");
        }

        Directory.CreateDirectory(Root);
        IDisposable taken = RunFiles.TryLock(Path.Combine(Root, LockName))
            ?? throw new ArtifactException($"{Root}: a study is running here already; wait for its end, or name another folder with --out.");
        byte[] text = File.ReadAllBytes(study);
        AtomicFile.Write(mark, stream => stream.Write(text));
        return taken;
    }

    /// <summary>Results may be laid into an empty folder to go on from them.</summary>
    private static bool IsForeign(string entry) => Path.GetFileName(entry) is not (ResultsFile.Name or LockName);
}
