using System.IO.MemoryMappedFiles;

namespace Taper.Embeddings.Weights;

/// <summary>A whole file mapped for reading, asked for in ranges that are checked.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private bool disposed;

    /// <summary>Maps a file.</summary>
    /// <exception cref="FormatException">It is empty.</exception>
    public MappedFile(string path)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        try
        {
            Length = (ulong)file.Length;
            mapping = Length > 0
                ? MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false)
                : throw new FormatException("it is empty");
        }
        catch
        {
            file.Dispose();
            throw;
        }

        try
        {
            view = mapping.CreateViewAccessor(0, (long)Length, MemoryMappedFileAccess.Read);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }

        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
    }

    /// <summary>In bytes.</summary>
    public ulong Length { get; }

    /// <summary>Where byte <paramref name="offset"/> lies, when <paramref name="count"/> bytes are there.</summary>
    /// <exception cref="FormatException">The file is shorter.</exception>
    public byte* At(ulong offset, ulong count) =>
        offset <= Length && count <= Length - offset
            ? start + offset
            : throw new FormatException($"it is cut short: {count} bytes are expected from byte {offset} on, the file has {Length}");

    /// <summary>The bytes of a range.</summary>
    /// <exception cref="FormatException">The file is shorter.</exception>
    public ReadOnlySpan<byte> Bytes(ulong offset, int count) => new(At(offset, (ulong)count), count);

    /// <summary>Unmaps it; pointers and spans end here.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            mapping.Dispose();
        }
    }
}
