using Taper.Data.Duck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>
/// The Parquet file of a vocabulary (id, value, count, where they are kept exact_count and age, in the order of the ids), streamed each
/// time it is read.
/// </summary>
internal sealed class VocabularyFile(string path, int size) : FeatureValues
{
    private const int MostGroupRows = 122_880;
    private const int GroupBytes = 1 << 25; // each of DuckDB's threads holds a group or two
    private const int ChunkRows = 2048;

    /// <inheritdoc/>
    public override int Count => size;

    /// <summary>The training count of each id.</summary>
    public long[] ReadCounts()
    {
        long[] counts = new long[size];
        Stream(_ => "count", (stream, first) => stream.Column<long>(1).CopyTo(counts.AsSpan(first)));
        return counts;
    }

    /// <summary>The same, some thousand at a time.</summary>
    public void VisitCounts(Action<ReadOnlySpan<long>> visitor) => Stream(_ => "count", (stream, _) => visitor(stream.Column<long>(1)));

    /// <summary>The training count of each id with its fraction, where it is kept.</summary>
    /// <exception cref="ArtifactException">One is none.</exception>
    public double[] ReadExactCounts()
    {
        double[] counts = new double[size];
        Stream(columns => columns.Counts, (stream, first) => stream.Column<double>(1).CopyTo(counts.AsSpan(first)));
        return Array.TrueForAll(counts, ValueColumns.IsCount) ? counts : throw Damaged("has a count that is none");
    }

    /// <summary>How many datasets ago each id was seen in training; 0 where that is not kept.</summary>
    /// <exception cref="ArtifactException">One is none.</exception>
    public int[] ReadAges()
    {
        int[] ages = new int[size];
        Stream(columns => columns.Ages, (stream, first) => stream.Column<int>(1).CopyTo(ages.AsSpan(first)));
        return Array.TrueForAll(ages, ValueColumns.IsAge) ? ages : throw Damaged("has an age that is none");
    }

    /// <inheritdoc/>
    public override void Visit(Action<int, ReadOnlySpan<byte>> visitor) => Stream(_ => "CAST(value AS VARCHAR)", (stream, first) =>
    {
        for (int row = 0; row < stream.Count; row++)
        {
            visitor(first + row, stream.Utf8(1, row));
        }
    });

    /// <summary>Writes values, counts and further columns to another file, in the order of the ids.</summary>
    public void Copy(string target, IReadOnlyList<VocabularyColumn> columns, CancellationToken cancellation)
    {
        using Database database = Database.InMemory(cancellation);
        List<string> selected = [$"CASE WHEN id >= {Vocabulary.Reserved} THEN value END AS value", "count"];
        foreach ((int i, VocabularyColumn column) in columns.Index())
        {
            database.Define($"taper_column_{i}", column.Function);
            selected.Add($"taper_column_{i}(id) AS {Sql.Name(column.Name)}");
        }

        int rowBytes = sizeof(float) * columns.Sum(column => column.Width);
        int groupRows = Math.Clamp(GroupBytes / Math.Max(1, rowBytes) / ChunkRows * ChunkRows, ChunkRows, MostGroupRows);
        database.Execute(
            $"COPY (SELECT {string.Join(", ", selected)} FROM read_parquet({Sql.Text(Sources.SourceFiles.Literal(path))})) "
            + $"TO {Sql.Text(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {groupRows})",
            $"writing {target}");
    }

    /// <summary>Goes through the chunks of one column; sorting them again would take memory for all of it.</summary>
    private void Stream(Func<ValueColumns, string> column, Action<ChunkStream, int> take)
    {
        int next = 0;
        using Database database = Database.InMemory();
        ValueColumns columns = new(path, database);
        using ChunkStream stream = database.Stream($"SELECT id, {column(columns)} FROM {columns.Table}", $"reading {path}");
        while (stream.Next())
        {
            foreach (int id in stream.Column<int>(0))
            {
                Require(id == next++ && id < size);
            }

            take(stream, next - stream.Count);
        }

        Require(next == size);
    }

    private void Require(bool inOrder)
    {
        if (!inOrder)
        {
            throw Damaged($"has ids that are not 0 to {size - 1} in order");
        }
    }

    private ArtifactException Damaged(string how) => new($"{path} {how}; prepare the dataset again.");
}
