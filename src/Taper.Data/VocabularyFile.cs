using Taper.Data.Duck;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>The Parquet file of a vocabulary (id, value, count, in the order of the ids), streamed each time it is read.</summary>
internal sealed class VocabularyFile(string path, int size) : FeatureValues
{
    /// <inheritdoc/>
    public override int Count => size;

    /// <summary>The training count of each id.</summary>
    public long[] ReadCounts()
    {
        long[] counts = new long[size];
        Stream("count", (stream, first) => stream.Column<long>(1).CopyTo(counts.AsSpan(first)));
        return counts;
    }

    /// <inheritdoc/>
    public override void Visit(Action<int, ReadOnlySpan<byte>> visitor) => Stream("value", (stream, first) =>
    {
        for (int row = 0; row < stream.Count; row++)
        {
            visitor(first + row, stream.Utf8(1, row));
        }
    });

    /// <summary>Goes through the chunks of one column; sorting them again would take memory for all of it.</summary>
    private void Stream(string column, Action<ChunkStream, int> take)
    {
        int next = 0;
        using Database database = Database.InMemory();
        using ChunkStream stream = database.Stream(
            $"SELECT id, {column} FROM read_parquet({Sql.Text(Sources.SourceFiles.Literal(path))})", $"reading {path}");
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
            throw new ArtifactException($"{path}: its ids are not 0 to {size - 1} in order; prepare the dataset again.");
        }
    }
}
