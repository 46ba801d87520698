using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Networks;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>A run or a bundle. A run is exported first, so that its rows are read in one way, whatever its sizing method.</summary>
internal sealed class TrainedModel : InitialModel
{
    private readonly Bundle _bundle;
    private readonly TrainedRun? _run;
    private readonly IReadOnlyDictionary<string, NetworkTensor> _weights;

    private TrainedModel(string path, Bundle bundle, TrainedRun? run)
        : base(path)
    {
        _bundle = bundle;
        _run = run;
        _weights = bundle.ReadNetworkWeights();
        if (_weights.Keys.Any(EmbeddingProjection.IsWeight))
        {
            throw new ArtifactException($"{path}: its embeddings are projected ({bundle.Manifest.Sizing}), which cannot be trained on; start from another model.");
        }
    }

    /// <exception cref="ArtifactException">The bundle is damaged, or its embeddings are projected.</exception>
    public static TrainedModel OfBundle(string path) => Of(path, path, null);

    /// <exception cref="ArtifactException">The run is unfinished or damaged, or its embeddings are projected.</exception>
    public static TrainedModel OfRun(string path, string scratch)
    {
        TrainedRun run = TrainedRun.Open(path);
        try
        {
            run.Export(scratch, Precision.Fp32);
            return Of(path, scratch, run);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        _bundle.Dispose();
        _run?.Dispose();
    }

    protected override IInitialTable? TableOf(string vocabulary) =>
        _bundle.Tables.FirstOrDefault(table => table.Name == vocabulary) is { } table ? new BundleTable(table) : null;

    protected override bool TryGiveNetwork(CtrNetwork network, Dataset dataset) =>
        HasSameInputs(dataset) && _bundle.Manifest.Network == network.Type
        && (_run is null ? network.TryImport(_weights) : network.TryTakeOver(_run.Model.Network));

    private static TrainedModel Of(string path, string folder, TrainedRun? run)
    {
        Bundle bundle = Bundle.Open(folder);
        try
        {
            return new TrainedModel(path, bundle, run);
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>Whether the network is fed the same fields in the same order.</summary>
    private bool HasSameInputs(Dataset dataset) => _bundle.Fields.Select(field => (field.Name, field.Kind, field.Pooling))
        .SequenceEqual(dataset.Fields.Select(field => (field.Name, field.Kind, field.Pooling)));
}
