namespace Taper.Embeddings.Storage;

/// <summary>Writes files so that a reader sees the old one or the whole new one, never a part.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes <paramref name="path"/> through a temporary file beside it: filled, flushed to disk, then renamed over
    /// it. When <paramref name="write"/> throws, what stood there before stays. Missing parent folders are made.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string target = Path.GetFullPath(path);
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException($"{path} names no file.", nameof(path));
        Directory.CreateDirectory(parent);
        string temporary = $"{target}.tmp-{Path.GetRandomFileName()}";
        try
        {
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DiskSync.Folder(parent);
    }
}
