using Taper.Data.Duck;

namespace Taper.Data;

/// <summary>
/// The values of one or more fields. Id 0 is any unknown value, id 1 a missing one; the values follow from id 2 by
/// descending training count, ties by the bytes of their UTF-8 text. Thread-safe.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The id of values that are not in the vocabulary.</summary>
    public const int Unknown = 0;

    /// <summary>The id of a missing (empty) value.</summary>
    public const int Missing = 1;

    /// <summary>How many ids stand for no value of their own.</summary>
    internal const int Reserved = 2;

    private readonly string file;
    private readonly Lazy<long[]> counts;
    private readonly Lazy<string[]> values;

    internal Vocabulary(VocabularyEntry entry, int firstRow, string folder)
    {
        Name = entry.Name;
        Size = entry.Size;
        FirstRow = firstRow;
        file = Path.Combine(folder, entry.File);
        counts = new Lazy<long[]>(ReadCounts);
        values = new Lazy<string[]>(ReadValues);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its ids: 0 to Size - 1.</summary>
    public int Size { get; }

    /// <summary>Where its rows start in the table that holds all vocabularies of the dataset back to back.</summary>
    public int FirstRow { get; }

    /// <summary>How often each id occurs in training; Size entries. Read from disk on first use.</summary>
    public ReadOnlySpan<long> Counts => counts.Value;

    /// <summary>The text of each id; ids 0 and 1 are empty. Read from disk on first use.</summary>
    public IReadOnlyList<string> Values => values.Value;

    private long[] ReadCounts()
    {
        long[] read = new long[Size];
        int at = 0;
        using Database database = Database.InMemory();
        using ChunkStream stream = Stream(database, "count");
        while (stream.Next())
        {
            stream.Column<long>(0).CopyTo(read.AsSpan(at));
            at += stream.Count;
        }

        return read;
    }

    private string[] ReadValues()
    {
        string[] read = new string[Size];
        int at = 0;
        using Database database = Database.InMemory();
        using ChunkStream stream = Stream(database, "value");
        while (stream.Next())
        {
            for (int row = 0; row < stream.Count; row++)
            {
                read[at++] = stream.Text(0, row) ?? "";
            }
        }

        return read;
    }

    private ChunkStream Stream(Database database, string column) =>
        database.Stream($"SELECT {column} FROM read_parquet({Sql.Text(Sources.SourceFiles.Literal(file))}) ORDER BY id", $"reading {file}");
}
