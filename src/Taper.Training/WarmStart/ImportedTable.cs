using System.Buffers.Text;
using Taper.Embeddings.Storage;

namespace Taper.Training.WarmStart;

/// <summary>The embeddings of a vocabulary that another program wrote, and which value each row is of.</summary>
internal sealed class ImportedTable : IInitialTable
{
    private readonly IImportedRows _rows;
    private readonly RowKeys? _keys;

    /// <param name="rows">The embeddings.</param>
    /// <param name="keys">The value of each row; null where row i is the value <c>i</c>.</param>
    /// <param name="config">What the config says of it.</param>
    /// <exception cref="ArtifactException">The parts do not fit each other.</exception>
    public ImportedTable(IImportedRows rows, RowKeys? keys, ImportedTableConfig config)
    {
        _rows = rows;
        _keys = keys;
        UnknownRow = config.UnknownRow ?? -1;
        MissingRow = config.MissingRow ?? UnknownRow;
        RefuseTooWide(rows);
        if (keys is not null && keys.Count != rows.Count)
        {
            throw new ArtifactException($"{rows.Title} has {rows.Count} rows, but {config.Keys} has {keys.Count} keys; name the file of its keys.");
        }

        if (Math.Max(UnknownRow, MissingRow) >= rows.Count)
        {
            throw new ArtifactException($"{rows.Title} has {rows.Count} rows, and unknown_row or missing_row names one beyond; name one that is there.");
        }
    }

    public int Dimension => _rows.Dimension;

    public int UnknownRow { get; }

    public int MissingRow { get; }

    /// <summary>Refuses rows that no table has room for.</summary>
    /// <exception cref="ArtifactException">They have more than 255 dimensions.</exception>
    public static void RefuseTooWide(IImportedRows rows)
    {
        if (rows.Dimension > byte.MaxValue)
        {
            throw new ArtifactException($"{rows.Title} has {rows.Dimension} dimensions; embeddings have up to {byte.MaxValue} dimensions here.");
        }
    }

    public int Find(ReadOnlySpan<byte> value)
    {
        if (_keys is not null)
        {
            return _keys.Find(value);
        }

        // Only as numbers are written: "007" is another value than "7".
        Span<byte> text = stackalloc byte[16];
        bool isRow = Utf8Parser.TryParse(value, out int row, out _) && row >= 0 && row < _rows.Count
            && Utf8Formatter.TryFormat(row, text, out int length) && value.SequenceEqual(text[..length]);
        return isRow ? row : -1;
    }

    public void Read(int row, Span<float> destination) => _rows.Read(row, destination);

    public float? FirstOrderOf(int row) => _rows.FirstOrderOf(row);
}
