using System.Runtime.InteropServices;
using Taper.Data.Columns;

namespace Taper.Data;

/// <summary>Writes floats as an .npy file, which NumPy reads and maps.</summary>
public static class NpyTable
{
    /// <summary>Writes a file row by row; no more than a row is in memory.</summary>
    /// <param name="path">The file to make; there is none yet.</param>
    /// <param name="shape">[rows], or [rows, width].</param>
    /// <param name="read">Fills a row, one float or width floats, given its number; called once for each, in order.</param>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<long> shape, Action<int, Span<float>> read)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(read);
        float[] row = new float[shape.Count > 1 ? shape[1] : 1];
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        file.Write(NpyHeader.Of(NpyHeader.DescriptorOf<float>(), shape));
        for (int i = 0; i < shape[0]; i++)
        {
            read(i, row);
            file.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }
}
