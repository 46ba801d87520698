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

    public void Dispose()
    {
        held?.Dispose();
        if (path is not null)
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private string Create()
    {
        string root = parent.Length > 0 ? Path.GetFullPath(parent) : Path.GetTempPath();
        Directory.CreateDirectory(root);
        foreach (string other in Directory.EnumerateDirectories(root, Prefix + "*").Where(IsAbandoned).ToList())
        {
            Directory.Delete(other, recursive: true);
        }

        string own = Path.Combine(root, Prefix + Path.GetRandomFileName());
        Directory.CreateDirectory(own);
        held = new FileStream(Path.Combine(own, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);
        return own;
    }

    private static bool IsAbandoned(string folder)
    {
        try
        {
            using FileStream taken = new(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // in use, or another user's
        }
    }
}
