using System.IO.MemoryMappedFiles;

namespace Taper.Embeddings.Storage;

/// <summary>
/// A memory-mapped safetensors file. Opening checks the whole header: lengths, ranges, overlaps, and that dtype and
/// shape give the bytes, so that no view can reach outside the file. Reading is thread safe; views end with Dispose.
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private const long MostHeaderBytes = 100_000_000;

    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor accessor;
    private readonly Dictionary<string, SafetensorsView> views = new(StringComparer.Ordinal);
    private bool disposed;

    private SafetensorsFile(string path, FileStream file)
    {
        Path = path;
        SafetensorsHeader header = ReadHeader(file, out long payloadStart);
        Metadata = header.Metadata;
        mapping = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        accessor = mapping.CreateViewAccessor(0, file.Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        accessor.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += accessor.PointerOffset + payloadStart;
        foreach (SafetensorsHeader.Entry entry in header.Entries.Values)
        {
            views.Add(entry.Tensor.Name, new SafetensorsView(entry.Tensor, start + entry.Begin, path));
        }
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The text pairs of the header; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The names of the tensors, in no particular order.</summary>
    public IReadOnlyCollection<string> Names => views.Keys;

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="ArtifactException">The file is missing or not a sound safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            return new SafetensorsFile(path, file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"{path} is missing; the folder is incomplete, make it again.", e);
        }
        catch (FormatException e)
        {
            file?.Dispose();
            throw new ArtifactException($"{path} is not a sound safetensors file: {e.Message}; make it again.", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Contains(string name) => views.ContainsKey(name);

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="ArtifactException">There is none.</exception>
    public SafetensorsView Tensor(string name)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return views.TryGetValue(name, out SafetensorsView? view)
            ? view
            : throw new ArtifactException($"{Path} has no tensor '{name}'; it comes from another version or was altered.");
    }

    /// <summary>Unmaps the file; every view and span of it ends here.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            accessor.SafeMemoryMappedViewHandle.ReleasePointer();
            accessor.Dispose();
            mapping.Dispose();
        }
    }

    private static SafetensorsHeader ReadHeader(FileStream file, out long payloadStart)
    {
        if (file.Length < sizeof(ulong))
        {
            throw new FormatException($"it is {file.Length} bytes long, too short for a header");
        }

        using BinaryReader reader = new(file, System.Text.Encoding.UTF8, leaveOpen: true);
        ulong length = reader.ReadUInt64();
        if (length > MostHeaderBytes || (long)length > file.Length - sizeof(ulong))
        {
            throw new FormatException($"it declares a header of {length} bytes in a file of {file.Length}");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        payloadStart = sizeof(ulong) + (long)length;
        return SafetensorsHeader.Read(json, file.Length - payloadStart);
    }
}
