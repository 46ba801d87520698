using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;
using Taper.Models;
using Taper.Training.Networks;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>Weights that another program wrote, in one file or several, mapped to vocabularies and weights by the config.</summary>
internal sealed class ImportedModel : InitialModel
{
    private readonly Dictionary<string, WeightFile> _files = [];
    private readonly ImportConfig _import;
    private readonly string _folder;

    public ImportedModel(string path, ImportConfig import)
        : base(path)
    {
        _import = import;
        _folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    }

    public override void Dispose()
    {
        foreach (WeightFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    protected override IEnumerable<string> Mapped => _import.Vocabularies.Keys;

    /// <exception cref="ArtifactException">A file or tensor is missing, damaged or does not fit its keys.</exception>
    /// <exception cref="DataException">The keys, or a Parquet file, cannot be read.</exception>
    protected override IInitialTable? TableOf(string vocabulary) =>
        _import.Vocabularies.TryGetValue(vocabulary, out ImportedTableConfig? config) ? Table(config) : null;

    public override string? GiveNetwork(CtrNetwork network, Dataset dataset)
    {
        if (_import.Network.Count == 0)
        {
            return "import.network names no weights";
        }

        string path = PathOf(_import.NetworkFile);
        if (Directory.Exists(path) || EmbeddingSource.IsParquet(path))
        {
            throw new ArtifactException($"{path}: import.network is of one file of weights, which this is not; name that in import.network_file.");
        }

        WeightFile file = FileAt(path);
        Check(file, network);
        return network.TryImport(_import.Network.ToDictionary(weight => weight.Key, weight => Read(file, weight.Value)))
            ? null
            : throw new ArtifactException($"{path}: a network with batch normalisation cannot take weights over; leave network.batch_norm or import.network out.");
    }

    protected override string? GiveState(ModelOptimizers optimizers, Dataset dataset) => "weights of another program have no state of them";

    /// <summary>Refuses weights that are not the network's, before any of them is read.</summary>
    private void Check(WeightFile file, CtrNetwork network)
    {
        IReadOnlyDictionary<string, NetworkTensor> own = network.Export().Weights;
        if (_import.Network.Keys.FirstOrDefault(name => !own.ContainsKey(name)) is { } unknown)
        {
            throw new ArtifactException($"{file.Path}: import.network names the weight {unknown}, which the network lacks; it has {string.Join(", ", own.Keys)}.");
        }

        if (own.Keys.FirstOrDefault(name => !_import.Network.ContainsKey(name)) is { } absent)
        {
            throw new ArtifactException($"{file.Path}: import.network lacks the weight {absent}; the network has {string.Join(", ", own.Keys)}.");
        }

        foreach ((string weight, NetworkTensor tensor) in own)
        {
            if (file.Tensors.TryGetValue(_import.Network[weight], out IReadOnlyList<long>? shape) && !shape.SequenceEqual(tensor.Shape.Select(width => (long)width)))
            {
                throw new ArtifactException(
                    $"{file.Path}: the tensor for {weight} is [{string.Join(", ", shape)}], the network's is [{string.Join(", ", tensor.Shape)}]; "
                    + "set network.hidden_units and the order of the fields as they were.");
            }
        }
    }

    private static NetworkTensor Read(WeightFile file, string name)
    {
        IReadOnlyList<long> shape = file.Tensors.GetValueOrDefault(name, []);
        float[] numbers = new float[shape.Aggregate(1L, (product, width) => product * width)];
        file.Read(name, 0, numbers);
        return new NetworkTensor([.. shape.Select(width => (int)width)], numbers);
    }

    private ImportedTable Table(ImportedTableConfig config)
    {
        string path = PathOf(config.File);
        if (config is { FirstOrder: null, FirstOrderFile: not null })
        {
            throw new ArtifactException($"{path}: import's first_order_file needs first_order, the name of what is in it; set that too.");
        }

        return EmbeddingSource.IsParquet(path) ? ParquetTable(path, config) : TensorTable(path, config);
    }

    private ImportedTable TensorTable(string path, ImportedTableConfig config)
    {
        if (config.Keys is null && config.Column.Length > 0)
        {
            throw new ArtifactException($"{path}: import names the column {config.Column} of no file; name the file of the keys (keys), or leave column out where row i is the value i.");
        }

        (WeightFile, string)? firstOrder = config.FirstOrder is { } tensor
            ? (FileAt(config.FirstOrderFile is null ? path : PathOf(config.FirstOrderFile)), tensor)
            : null;
        IImportedRows rows = TensorRows.Find(FileAt(path), config.Tensor, firstOrder);
        return new ImportedTable(rows, KeysOf(config), config);
    }

    private ImportedTable ParquetTable(string path, ImportedTableConfig config)
    {
        if (config.FirstOrderFile is not null)
        {
            throw new ArtifactException($"{path}: import's first_order_file is of tensors; with Parquet, first_order names a column of the same file.");
        }

        if (config.Keys is not null)
        {
            IImportedRows keyed = ParquetRows.Read(path, new EmbeddingColumns(config.Tensor, null, config.FirstOrder), _ => { });
            return new ImportedTable(keyed, KeysOf(config), config);
        }

        string column = config.Column.Length > 0 ? config.Column : FirstColumn(path);
        if (column.Equals(config.Tensor, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArtifactException($"{path}: column {column} holds the embeddings; set import's column to the one with the feature values.");
        }

        RowKeys keys = new(path, column);
        IImportedRows rows = ParquetRows.Read(path, new EmbeddingColumns(config.Tensor, column, config.FirstOrder), keys.Add);
        return new ImportedTable(rows, keys, config);
    }

    private RowKeys? KeysOf(ImportedTableConfig config) =>
        config.Keys is null ? null : RowKeys.Read(System.IO.Path.Combine(_folder, config.Keys), config.Column);

    private static string FirstColumn(string path)
    {
        using EmbeddingSource source = EmbeddingSource.Open(path);
        return source.Columns[0];
    }

    private string PathOf(string? name) => name is null ? Path : System.IO.Path.Combine(_folder, name);

    private WeightFile FileAt(string path)
    {
        if (!_files.TryGetValue(path, out WeightFile? file))
        {
            _files.Add(path, file = WeightFile.Open(path));
        }

        return file;
    }
}
