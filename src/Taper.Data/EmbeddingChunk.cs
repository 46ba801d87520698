using Taper.Data.Duck;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>Some rows of a Parquet file of embeddings. Lent by <see cref="EmbeddingSource"/>: valid until the next chunk is read.</summary>
public sealed class EmbeddingChunk
{
    private const int Value = 0;
    private const int Embedding = 1;
    private const int FirstOrder = 2;

    private readonly ChunkStream stream;
    private readonly string path;
    private readonly EmbeddingColumns columns;
    private long firstRow;
    private float[] numbers = [];

    internal EmbeddingChunk(ChunkStream stream, string path, EmbeddingColumns columns)
    {
        this.stream = stream;
        this.path = path;
        this.columns = columns;
    }

    /// <summary>The number of rows.</summary>
    public int Count => stream.Count;

    /// <summary>The UTF-8 text of a row's feature value without a copy; empty where it is NULL.</summary>
    /// <param name="row">The row, from 0 to Count - 1.</param>
    public ReadOnlySpan<byte> Utf8(int row) => stream.Utf8(Value, row);

    /// <summary>The embedding of a row, valid until another one is read. Doubles are rounded to the nearest float.</summary>
    /// <param name="row">The row, from 0 to Count - 1.</param>
    /// <exception cref="ArtifactException">It is NULL, or has no numbers, or more or fewer than the one read first; or a number is NULL or not finite.</exception>
    public ReadOnlySpan<float> EmbeddingOf(int row)
    {
        ReadOnlySpan<double> list = stream.List<double>(Embedding, row);
        if (list.IsEmpty)
        {
            throw Refused(row, columns.Embedding, stream.IsNull(Embedding, row) ? "is NULL" : "has no numbers", "give the row an embedding, or drop it");
        }

        if (numbers.Length == 0)
        {
            numbers = new float[list.Length];
        }

        if (list.Length != numbers.Length)
        {
            throw Refused(row, columns.Embedding, $"has {list.Length} numbers, those before have {numbers.Length}", "make all embeddings of one length");
        }

        if (stream.FirstNull(Embedding, row) is >= 0 and int place)
        {
            throw Refused(row, columns.Embedding, $"has a NULL at {place}", "fill it, or drop the row");
        }

        for (int i = 0; i < list.Length; i++)
        {
            numbers[i] = (float)list[i];
            if (!float.IsFinite(numbers[i]))
            {
                throw Refused(row, columns.Embedding, $"has a number at {i} that is not finite as a float", "mend it, or drop the row");
            }
        }

        return numbers;
    }

    /// <summary>The first-order weight of a row; 0 where none was asked for.</summary>
    /// <param name="row">The row, from 0 to Count - 1.</param>
    /// <exception cref="ArtifactException">It is NULL or not finite.</exception>
    public float FirstOrderOf(int row)
    {
        float weight = stream.IsNull(FirstOrder, row) ? float.NaN : (float)stream.Column<double>(FirstOrder)[row];
        return float.IsFinite(weight) ? weight : throw Refused(row, columns.FirstOrder!, "is NULL or not finite", "mend it, or drop the row");
    }

    /// <summary>Counts the rows of this chunk as read.</summary>
    internal void Advance() => firstRow += Count;

    private ArtifactException Refused(int row, string column, string problem, string remedy) =>
        new($"{path}: row {firstRow + row}: {column} {problem}; {remedy}.");
}
