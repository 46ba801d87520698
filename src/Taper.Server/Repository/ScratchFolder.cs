namespace Taper.Server.Repository;

/// <summary>
/// A folder of this server's own, made when it is first needed and removed with it. What servers left that were killed is
/// removed by the next one: a lock says whose folders are still in use.
/// </summary>
internal sealed class ScratchFolder(string parent) : IDisposable
{
    private const string Prefix = "taper-serve-";
    private const string LockFile = "lock";

    private FileStream? held;
    private string? path;
    private int folders;

    /// <summary>The path of a folder in it that is not there yet.</summary>
    public string Next()
    {
        path ??= Create();
        return Path.Combine(path, $"{++folders}");
    }

    /// <summary>Removes a folder, or as much of it as can be: the rest goes with the scratch folder, or with the next server's sweep.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or it is not ours to remove; nothing is read from it any more.
        }
    }

    public void Dispose()
    {
        held?.Dispose();
        if (path is not null)
        {
            Remove(path);
        }
    }

    private string Create()
    {
        string root = parent.Length > 0 ? Path.GetFullPath(parent) : Path.GetTempPath();
        Directory.CreateDirectory(root);
        foreach (string other in Directory.EnumerateDirectories(root, Prefix + "*").ToList())
        {
            SweepIfAbandoned(other);
        }

        string own = Path.Combine(root, Prefix + Path.GetRandomFileName());
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(own);
        }
        else
        {
            Directory.CreateDirectory(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // a model is nobody else's
        }

        held = new FileStream(Path.Combine(own, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);
        return own;
    }

    private static void SweepIfAbandoned(string folder)
    {
        try
        {
            // Held to the end, so that no two sweep at once; Windows removes what is open only where that is shared.
            FileShare share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
            using FileStream taken = new(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, share, 1);
            Remove(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or another user's.
        }
    }
}
