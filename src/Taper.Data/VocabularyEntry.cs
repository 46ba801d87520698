namespace Taper.Data;

/// <summary>A vocabulary as a dataset's manifest names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its values, unknown and missing among them.</param>
/// <param name="File">The Parquet file with id, value and count, where they are kept exact count and age too, within the dataset folder.</param>
public sealed record VocabularyEntry(string Name, int Size, string File)
{
    /// <summary>The Parquet file with value and count of those that wait to enter it, where they are kept.</summary>
    internal string WaitingFile => Path.ChangeExtension(File, "waiting.parquet");

    /// <summary>The .npy file with a sketch of their counts, where that is kept.</summary>
    internal string SketchFile => Path.ChangeExtension(File, "waiting.npy");
}
