using Taper.Data;
using Taper.Embeddings.Storage;

namespace Taper.Training.WarmStart;

/// <summary>
/// The rows of a Parquet file, in memory, since Parquet is not read at random: D floats a row in pieces, so that nothing is copied
/// as the table grows.
/// </summary>
internal sealed class ParquetRows : IImportedRows
{
    private const int PieceRows = 1 << 12;

    private readonly string _path;
    private readonly EmbeddingColumns _columns;
    private readonly List<float[]> _pieces = [];
    private readonly List<float> _firstOrder = [];

    private ParquetRows(string path, EmbeddingColumns columns)
    {
        _path = path;
        _columns = columns;
    }

    public string Title => $"{_path}: column {_columns.Embedding}";

    public int Count { get; private set; }

    public int Dimension { get; private set; }

    /// <summary>Reads all rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">What is wanted of it.</param>
    /// <param name="takeValue">Takes the value of each row, empty where it has none, in their order.</param>
    /// <exception cref="ArtifactException">A column is missing or of another type, or a row has no D finite numbers.</exception>
    /// <exception cref="DataException">The file is damaged.</exception>
    public static ParquetRows Read(string path, EmbeddingColumns columns, Action<ReadOnlySpan<byte>> takeValue)
    {
        ParquetRows rows = new(path, columns);
        using EmbeddingSource source = EmbeddingSource.Open(path);
        foreach (EmbeddingChunk chunk in source.ReadChunks(columns))
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                takeValue(chunk.Utf8(i));
                rows.Add(chunk, i);
            }
        }

        return rows.Count > 0 ? rows : throw new ArtifactException($"{path} has no rows; name a file with embeddings.");
    }

    public void Read(int row, Span<float> destination) => Place(row).CopyTo(destination);

    public float? FirstOrderOf(int row) => _columns.FirstOrder is null ? null : _firstOrder[row];

    private void Add(EmbeddingChunk chunk, int row)
    {
        ReadOnlySpan<float> embedding = chunk.EmbeddingOf(row);
        if (Dimension == 0)
        {
            Dimension = embedding.Length;
            ImportedTable.RefuseTooWide(this);
        }

        if (Count % PieceRows == 0)
        {
            _pieces.Add(new float[PieceRows * Dimension]);
        }

        embedding.CopyTo(Place(Count++));
        if (_columns.FirstOrder is not null)
        {
            _firstOrder.Add(chunk.FirstOrderOf(row));
        }
    }

    private Span<float> Place(int row) => _pieces[row / PieceRows].AsSpan(row % PieceRows * Dimension, Dimension);
}
