using System.Runtime.InteropServices;

namespace Taper.Data.Columns;

/// <summary>Writes a one-dimensional .npy file of unknown length, front to back; <see cref="Finish"/> completes it.</summary>
internal sealed class NpyWriter<T> : IDisposable
    where T : unmanaged
{
    private readonly FileStream file;
    private readonly T[] buffer = new T[1 << 14];
    private int buffered;

    public NpyWriter(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        file.Write(NpyHeader.Of(NpyHeader.DescriptorOf<T>(), 0));
    }

    /// <summary>How many elements were written.</summary>
    public long Count { get; private set; }

    public void Write(T value)
    {
        if (buffered == buffer.Length)
        {
            Flush();
        }

        buffer[buffered++] = value;
        Count++;
    }

    public void Write(ReadOnlySpan<T> values)
    {
        Flush();
        file.Write(MemoryMarshal.AsBytes(values));
        Count += values.Length;
    }

    /// <summary>Writes what is left and the final count.</summary>
    public void Finish()
    {
        Flush();
        file.Position = 0;
        file.Write(NpyHeader.Of(NpyHeader.DescriptorOf<T>(), Count));
        file.Flush();
    }

    public void Dispose() => file.Dispose();

    private void Flush()
    {
        file.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, buffered)));
        buffered = 0;
    }
}
