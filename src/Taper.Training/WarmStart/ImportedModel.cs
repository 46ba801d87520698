using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;
using Taper.Models;
using Taper.Training.Networks;

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

    protected override IInitialTable? TableOf(string vocabulary) => _tables.GetValueOrDefault(vocabulary);

    protected override bool TryGiveNetwork(CtrNetwork network, Dataset dataset)
    {
        if (_network.Count == 0)
        {
            return false;
        }

        Dictionary<string, NetworkTensor> weights = _network.ToDictionary(weight => weight.Key, weight => Read(FileOf(null), weight.Value));
        return network.TryImport(weights) ? true : throw new ArtifactException($"{Path}: {Misfit(network, weights)}");
    }

    private static NetworkTensor Read(WeightFile file, string name)
    {
        IReadOnlyList<long> shape = file.Tensors.GetValueOrDefault(name, []);
        float[] numbers = new float[shape.Aggregate(1L, (product, width) => checked(product * width))];
        file.Read(name, 0, numbers);
        return new NetworkTensor([.. shape.Select(width => (int)width)], numbers);
    }

    /// <summary>What is wrong with weights that a network cannot take over, and how to mend it.</summary>
    private static string Misfit(CtrNetwork network, Dictionary<string, NetworkTensor> weights)
    {
        IReadOnlyDictionary<string, NetworkTensor> own = network.Export().Weights;
        string? unknown = weights.Keys.FirstOrDefault(name => !own.ContainsKey(name));
        string? absent = own.Keys.FirstOrDefault(name => !weights.ContainsKey(name));
        if ((unknown ?? absent) is { } name)
        {
            return unknown is null
                ? $"import.network lacks the weight {name}; the network has {string.Join(", ", own.Keys)}."
                : $"import.network names the weight {name}, which the network lacks; it has {string.Join(", ", own.Keys)}.";
        }

        foreach ((string weight, NetworkTensor tensor) in own.Where(weight => !weights[weight.Key].Shape.AsSpan().SequenceEqual(weight.Value.Shape)))
        {
            return $"the tensor for {weight} is [{string.Join(", ", weights[weight].Shape)}], the network's is [{string.Join(", ", tensor.Shape)}]; "
                + "set network.hidden_units and the order of the fields as they were.";
        }

        return "a network with batch normalisation cannot take weights over; leave import.network out.";
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
