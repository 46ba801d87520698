using System.IO.MemoryMappedFiles;
using Taper.Embeddings.Storage;

namespace Taper.Data.Columns;

/// <summary>A one-dimensional .npy file, memory-mapped for reading. The values are valid until it is disposed.</summary>
internal sealed unsafe class NpyFile<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly T* values;
    private readonly int count;
    private bool disposed;

    /// <summary>Maps a file.</summary>
    /// <exception cref="ArtifactException">It is missing, cut short, or not such a file.</exception>
    public NpyFile(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new ArtifactException($"{path} is missing; prepare the dataset again.");
        }

        count = CheckedCount(path, file.Length);
        map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        values = (T*)(start + NpyHeader.Bytes);
    }

    /// <summary>All values.</summary>
    public ReadOnlySpan<T> Values
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return new ReadOnlySpan<T>(values, count);
        }
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
        }
    }

    private static int CheckedCount(string path, long bytes)
    {
        byte[] header = new byte[NpyHeader.Bytes];
        using FileStream stream = File.OpenRead(path);
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        string expected = NpyHeader.DescriptorOf<T>();
        if (!NpyHeader.TryRead(header.AsSpan(0, read), out string descriptor, out long count) || descriptor != expected
            || count > int.MaxValue || bytes != NpyHeader.Bytes + (count * sizeof(T)))
        {
            throw new ArtifactException($"{path} is not a whole .npy file of type {expected}; prepare the dataset again.");
        }

        return (int)count;
    }
}
