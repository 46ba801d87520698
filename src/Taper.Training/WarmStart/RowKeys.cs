using System.Text;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Training.WarmStart;

/// <summary>Which value each row of a table is of. A row without a value is no value's: it can be named by its number alone.</summary>
/// <param name="path">The file that says so.</param>
/// <param name="column">The column in it.</param>
internal sealed class RowKeys(string path, string column)
{
    private readonly Dictionary<ulong, int> _rows = [];

    /// <summary>The rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the values of all rows.</summary>
    /// <param name="path">A CSV, TSV or Parquet file.</param>
    /// <param name="column">The column; empty for the first.</param>
    /// <exception cref="ArtifactException">A value is there twice.</exception>
    /// <exception cref="DataException">The file cannot be read, or has no such column.</exception>
    public static RowKeys Read(string path, string column)
    {
        using RowSource source = RowSource.Open(path);
        string name = column.Length > 0 ? column : source.Columns[0];
        RowKeys keys = new(path, name);
        foreach (RawChunk chunk in source.ReadChunks([name]))
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                keys.Add(chunk.Utf8(0, i));
            }
        }

        return keys;
    }

    /// <summary>Adds the next row's value; an empty one is none.</summary>
    /// <exception cref="ArtifactException">Another row has it.</exception>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && !_rows.TryAdd(FeatureKey.Hash(value), Count))
        {
            throw new ArtifactException($"{path}: column {column} holds '{Encoding.UTF8.GetString(value)}' twice; each row needs a key of its own.");
        }

        Count++;
    }

    /// <summary>The row of a value; −1 where it has none.</summary>
    public int Find(ReadOnlySpan<byte> value) => _rows.GetValueOrDefault(FeatureKey.Hash(value), -1);
}
