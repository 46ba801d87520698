namespace Taper.Studies;

/// <summary>The files of one run of a study.</summary>
internal sealed class RunFiles(string folder)
{
    public string Folder { get; } = folder;

    public string Config => Path.Combine(Folder, "config.yaml");

    /// <summary>The run folder that training makes.</summary>
    public string Training => Path.Combine(Folder, "train");

    public string Checkpoints => Path.Combine(Training, "checkpoints");

    public string Bundle => Path.Combine(Folder, "bundle");

    public string Log => Path.Combine(Folder, "log.txt");

    /// <summary>The result, there when the run is finished.</summary>
    public string Result => Path.Combine(Folder, "result.csv");

    /// <summary>Held by the process that works here.</summary>
    public string Lock => Path.Combine(Folder, ".lock");

    /// <summary>Whether training has begun, so that it can be resumed.</summary>
    public bool HasTraining => File.Exists(Path.Combine(Training, "run.json"));

    /// <summary>Takes a lock file, or gives null where another process has it. The end of a process frees it.</summary>
    public static IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
