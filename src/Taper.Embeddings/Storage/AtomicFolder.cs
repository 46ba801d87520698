namespace Taper.Embeddings.Storage;

/// <summary>
/// Writes folders of files so that a finished one is never lost to a failure. One writer at a time per folder: the
/// others are refused.
/// </summary>
public static class AtomicFolder
{
    private const string Unfinished = ".tmp-";
    private const string Replaced = ".old-";
    private const string Lock = ".lock";

    /// <summary>
    /// Builds a folder beside <paramref name="path"/>, flushes it to disk and swaps it in at the end: the folder that
    /// stood there is moved aside, the new one moved in, the old one deleted. When <paramref name="writeInto"/>
    /// throws, the old folder stays. What earlier, killed writers left behind is cleared away first.
    /// </summary>
    /// <param name="path">The folder to make or replace; missing parents are made.</param>
    /// <param name="writeInto">Fills the empty folder whose path it is given.</param>
    /// <exception cref="ArtifactException">Another process is writing it, or a file stands in its place.</exception>
    public static void Write(string path, Action<string> writeInto)
    {
        ArgumentNullException.ThrowIfNull(writeInto);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException($"{path} cannot be replaced.", nameof(path));
        if (File.Exists(target))
        {
            throw new ArtifactException($"{target} is a file, where a folder is to be written; remove it or name another.");
        }

        Directory.CreateDirectory(parent);
        using FileStream writerLock = TakeLock(target);
        Recover(target, parent);
        string temporary = target + Unfinished + Path.GetRandomFileName();
        Directory.CreateDirectory(temporary);
        try
        {
            writeInto(temporary);
            Sync(temporary);
            Swap(temporary, target);
        }
        catch
        {
            Forget(temporary);
            throw;
        }

        DiskSync.Folder(parent);
        DeleteSiblings(target, parent, Replaced);
    }

    /// <summary>Deletes what will not be finished. What cannot be deleted now, the next writer clears away: it is not what went wrong.</summary>
    private static void Forget(string temporary)
    {
        try
        {
            Directory.Delete(temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody still writes into it.
        }
    }

    private static FileStream TakeLock(string target)
    {
        try
        {
            return new FileStream(
                target + Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new ArtifactException($"{target} cannot be written: {e.Message} Is another process writing it?", e);
        }
    }

    /// <summary>Undoes what a killed writer left: a swap that stopped half-way, and folders that nobody will finish.</summary>
    private static void Recover(string target, string parent)
    {
        if (!Directory.Exists(target))
        {
            string? aside = Siblings(target, parent, Replaced).FirstOrDefault();
            if (aside is not null)
            {
                Directory.Move(aside, target);
            }
        }

        DeleteSiblings(target, parent, Replaced);
        DeleteSiblings(target, parent, Unfinished);
    }

    private static void Swap(string temporary, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        string aside = target + Replaced + Path.GetRandomFileName();
        Directory.Move(target, aside);
        try
        {
            Directory.Move(temporary, target);
        }
        catch
        {
            Directory.Move(aside, target);
            throw;
        }
    }

    private static void Sync(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            DiskSync.File(file);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            DiskSync.Folder(inner);
        }

        DiskSync.Folder(folder);
    }

    private static string[] Siblings(string target, string parent, string mark) =>
        [.. Directory.EnumerateDirectories(parent)
            .Where(folder => folder.StartsWith(target + mark, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static void DeleteSiblings(string target, string parent, string mark)
    {
        foreach (string folder in Siblings(target, parent, mark))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
