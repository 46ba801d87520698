using System.Buffers.Text;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Training.WarmStart;

/// <summary>A tensor [rows × D] of a file that another program wrote, and which value each row is of.</summary>
internal sealed class ImportedTable : IInitialTable
{
    private readonly WeightFile _file;
    private readonly string _tensor;
    private readonly int _rows;
    private readonly Dictionary<ulong, int>? _rowOfKey;

    private ImportedTable(WeightFile file, ImportedTableConfig config, IReadOnlyList<long> shape, Dictionary<ulong, int>? rowOfKey)
    {
        _file = file;
        _tensor = config.Tensor;
        _rows = (int)shape[0];
        _rowOfKey = rowOfKey;
        Dimension = (int)shape[1];
        UnknownRow = config.UnknownRow ?? -1;
        MissingRow = config.MissingRow ?? UnknownRow;
    }

    public int Dimension { get; }

    public int UnknownRow { get; }

    public int MissingRow { get; }

    /// <summary>Finds the table in a file.</summary>
    /// <param name="file">The file; not owned.</param>
    /// <param name="config">What the tensor and its keys are called.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="ArtifactException">There is no such tensor, or it is no table, or it does not fit its keys.</exception>
    /// <exception cref="DataException">The keys cannot be read.</exception>
    public static ImportedTable Open(WeightFile file, ImportedTableConfig config, string folder)
    {
        if (!file.Tensors.TryGetValue(config.Tensor, out IReadOnlyList<long>? shape))
        {
            file.Read(config.Tensor, 0, []); // says which there are
        }

        if (shape is [_, > byte.MaxValue])
        {
            throw new ArtifactException($"{file.Path}: tensor '{config.Tensor}' is [{string.Join(", ", shape)}]; embeddings have up to {byte.MaxValue} dimensions here.");
        }

        if (shape is not [> 0 and <= int.MaxValue, > 0])
        {
            throw new ArtifactException(
                $"{file.Path}: tensor '{config.Tensor}' is no table [rows x dimensions] but [{string.Join(", ", shape!)}]; name another one.");
        }

        Dictionary<ulong, int>? rowOfKey = config.Keys is null ? null : KeysOf(Path.Combine(folder, config.Keys), config.Column);
        ImportedTable table = new(file, config, shape, rowOfKey);
        if (rowOfKey is not null && rowOfKey.Count != table._rows)
        {
            throw new ArtifactException($"{file.Path}: tensor '{config.Tensor}' has {table._rows} rows, but {config.Keys} has {rowOfKey.Count} keys; name the file of its keys.");
        }

        if (Math.Max(table.UnknownRow, table.MissingRow) >= table._rows)
        {
            throw new ArtifactException($"{file.Path}: tensor '{config.Tensor}' has {table._rows} rows, and unknown_row or missing_row names one beyond.");
        }

        return table;
    }

    public int Find(ReadOnlySpan<byte> value)
    {
        if (_rowOfKey is not null)
        {
            return _rowOfKey.GetValueOrDefault(FeatureKey.Hash(value), -1);
        }

        // Only as numbers are written: "007" is another value than "7".
        Span<byte> text = stackalloc byte[16];
        bool isRow = Utf8Parser.TryParse(value, out int row, out _) && row >= 0 && row < _rows
            && Utf8Formatter.TryFormat(row, text, out int length) && value.SequenceEqual(text[..length]);
        return isRow ? row : -1;
    }

    public void Read(int row, Span<float> destination)
    {
        _file.Read(_tensor, (long)row * Dimension, destination[..Dimension]);
        foreach (float number in destination[..Dimension])
        {
            if (!float.IsFinite(number))
            {
                throw new ArtifactException($"{_file.Path}: row {row} of tensor '{_tensor}' has a number that is not finite.");
            }
        }
    }

    public float? FirstOrderOf(int row) => null;

    private static Dictionary<ulong, int> KeysOf(string path, string column)
    {
        using RowSource source = RowSource.Open(path);
        string name = column.Length > 0 ? column : source.Columns[0];
        Dictionary<ulong, int> rows = [];
        foreach (RawChunk chunk in source.ReadChunks([name]))
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                if (!rows.TryAdd(FeatureKey.Hash(chunk.Utf8(0, i)), rows.Count))
                {
                    throw new ArtifactException($"{path}: column {name} holds '{chunk[0, i]}' twice; each row needs a key of its own.");
                }
            }
        }

        return rows;
    }
}
