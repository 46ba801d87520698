using Taper.Data.Columns;
using Taper.Embeddings.Storage;

namespace Taper.Data.Preparing;

/// <summary>The .npy file of a sketch: its cells, row after row.</summary>
internal static class SketchFile
{
    /// <summary>Writes a sketch.</summary>
    public static void Write(string path, CountSketch sketch)
    {
        using NpyWriter<float> file = new(path);
        file.Write(sketch.Cells);
        file.Finish();
    }

    /// <summary>Reads a sketch.</summary>
    /// <exception cref="ArtifactException">The file holds none.</exception>
    public static CountSketch Read(string path)
    {
        using NpyFile<float> file = new(path);
        ReadOnlySpan<float> cells = file.Values;
        return CountSketch.CanHold(cells.Length) && AreCounts(cells)
            ? new CountSketch(cells.ToArray())
            : throw new ArtifactException($"{path} is no sketch of counts, {CountSketch.Rows} rows of a power of two of them; prepare the dataset again.");
    }

    private static bool AreCounts(ReadOnlySpan<float> cells)
    {
        foreach (float cell in cells)
        {
            if (!ValueColumns.IsCount(cell))
            {
                return false;
            }
        }

        return true;
    }
}
