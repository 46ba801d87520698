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
    private readonly Dictionary<string, ImportedTable> _tables = [];
    private readonly IReadOnlyDictionary<string, string> _network;
    private readonly string _folder;

    private ImportedModel(string path, ImportConfig import)
        : base(path)
    {
        _network = import.Network;
        _folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    }

    /// <exception cref="ArtifactException">A file or tensor is missing, damaged or does not fit its keys.</exception>
    /// <exception cref="DataException">The keys cannot be read.</exception>
    public static ImportedModel Open(string path, ImportConfig import)
    {
        ImportedModel model = new(path, import);
        try
        {
            foreach ((string vocabulary, ImportedTableConfig table) in import.Vocabularies)
            {
                model._tables.Add(vocabulary, ImportedTable.Open(model.FileOf(table.File), table, model._folder));
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        foreach (WeightFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    protected override IEnumerable<string> Mapped => _tables.Keys;

    protected override IInitialTable? TableOf(string vocabulary) => _tables.GetValueOrDefault(vocabulary);

    protected override string? GiveNetwork(CtrNetwork network, Dataset dataset)
    {
        if (_network.Count == 0)
        {
            return "import.network names no weights";
        }

        if (Directory.Exists(Path))
        {
            throw new ArtifactException($"{Path}: import.network is of one file of weights; name that instead of its folder.");
        }

        WeightFile file = FileOf(null);
        Check(file, network);
        return network.TryImport(_network.ToDictionary(weight => weight.Key, weight => Read(file, weight.Value)))
            ? null
            : throw new ArtifactException($"{Path}: a network with batch normalisation cannot take weights over; leave import.network out.");
    }

    protected override string? GiveState(ModelOptimizers optimizers, Dataset dataset) => "weights of another program have no state of them";

    /// <summary>Refuses weights that are not the network's, before any of them is read.</summary>
    private void Check(WeightFile file, CtrNetwork network)
    {
        IReadOnlyDictionary<string, NetworkTensor> own = network.Export().Weights;
        if (_network.Keys.FirstOrDefault(name => !own.ContainsKey(name)) is { } unknown)
        {
            throw new ArtifactException($"{Path}: import.network names the weight {unknown}, which the network lacks; it has {string.Join(", ", own.Keys)}.");
        }

        if (own.Keys.FirstOrDefault(name => !_network.ContainsKey(name)) is { } absent)
        {
            throw new ArtifactException($"{Path}: import.network lacks the weight {absent}; the network has {string.Join(", ", own.Keys)}.");
        }

        foreach ((string weight, NetworkTensor tensor) in own)
        {
            if (file.Tensors.TryGetValue(_network[weight], out IReadOnlyList<long>? shape) && !shape.SequenceEqual(tensor.Shape.Select(width => (long)width)))
            {
                throw new ArtifactException(
                    $"{Path}: the tensor for {weight} is [{string.Join(", ", shape)}], the network's is [{string.Join(", ", tensor.Shape)}]; "
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

    private WeightFile FileOf(string? name)
    {
        string path = name is null ? Path : System.IO.Path.Combine(_folder, name);
        if (!_files.TryGetValue(path, out WeightFile? file))
        {
            _files.Add(path, file = WeightFile.Open(path));
        }

        return file;
    }
}
