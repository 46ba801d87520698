using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>
/// The values of one or more fields. Id 0 is any unknown value, id 1 a missing one; the values follow from id 2 by
/// descending training count, ties by the bytes of their UTF-8 text. Holds none of them. Thread-safe.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The id of values that are not in the vocabulary.</summary>
    public const int Unknown = 0;

    /// <summary>The id of a missing (empty) value.</summary>
    public const int Missing = 1;

    /// <summary>How many ids stand for no value of their own.</summary>
    internal const int Reserved = 2;

    private readonly VocabularyFile file;

    internal Vocabulary(VocabularyEntry entry, int firstRow, string folder)
    {
        Name = entry.Name;
        Size = entry.Size;
        FirstRow = firstRow;
        file = new VocabularyFile(Path.Combine(folder, entry.File), entry.Size);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its ids: 0 to Size - 1.</summary>
    public int Size { get; }

    /// <summary>Where its rows start in the table that holds all vocabularies of the dataset back to back.</summary>
    public int FirstRow { get; }

    /// <summary>The text of each id; ids 0 and 1 are empty. Streamed from disk whenever they are visited.</summary>
    public FeatureValues Values => file;

    /// <summary>Reads from disk how often each id occurs in training, and before where the dataset goes on from another; Size entries.</summary>
    public long[] ReadCounts() => file.ReadCounts();

    /// <summary>Streams the same from disk: the counts of the ids in their order, some thousand at a time.</summary>
    /// <param name="visitor">Takes the counts that follow; it must not keep the span.</param>
    public void VisitCounts(Action<ReadOnlySpan<long>> visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        file.VisitCounts(visitor);
    }

    /// <summary>The same with the fractions that faded counts have; whole where the dataset keeps none.</summary>
    internal double[] ReadExactCounts() => file.ReadExactCounts();

    /// <summary>How many datasets ago each id was last seen in training, 0 for this one and where the dataset keeps none.</summary>
    internal int[] ReadAges() => file.ReadAges();

    /// <summary>
    /// Writes a Parquet file with a row for each id, in their order: value (VARCHAR, NULL for the ids of unknown and missing values), count
    /// (BIGINT), and what else is asked for. Rows are streamed.
    /// </summary>
    /// <param name="path">The file to make.</param>
    /// <param name="columns">The further columns; their names differ.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">The vocabulary cannot be read, or the file not be written.</exception>
    public void WriteParquet(string path, IReadOnlyList<VocabularyColumn> columns, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(columns);
        file.Copy(path, columns, cancellation);
    }
}
