namespace Taper.Cluster.Hosting;

/// <summary>A folder on this machine's own disk that is gone once it is no longer needed.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "taper-scratch-";
    private const string Lock = "lock"; // held while the folder is needed; a process that is killed lets go of it

    private readonly FileStream _lock;

    public ScratchFolder()
    {
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = new FileStream(System.IO.Path.Combine(Path, Lock), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    /// <summary>Removes what processes that were killed have left: a shard may be many gigabytes.</summary>
    public static void RemoveLeftovers()
    {
        foreach (string held in Directory.GetDirectories(System.IO.Path.GetTempPath(), Prefix + "*").Select(folder => System.IO.Path.Combine(folder, Lock)).Where(File.Exists))
        {
            try
            {
                using FileStream free = new(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Directory.Delete(System.IO.Path.GetDirectoryName(held)!, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is needed, or is another user's.
            }
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
