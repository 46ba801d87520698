using Taper.Data;
using Taper.Embeddings.Features;
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

    /// <exception cref="ArtifactException">The run has no best epoch or is damaged, its dataset is gone, or its embeddings are projected.</exception>
    public static TrainedModel OfRun(string path, string scratch)
    {
        TrainedRun run = Opened(path);
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

    protected override IEnumerable<string> Mapped => [];

    protected override IInitialTable? TableOf(string vocabulary) =>
        _bundle.Tables.FirstOrDefault(table => table.Name == vocabulary) is { } table ? new BundleTable(table) : null;

    public override string? GiveNetwork(CtrNetwork network, Dataset dataset)
    {
        if (_bundle.Manifest.Network != network.Type)
        {
            return $"it was a {_bundle.Manifest.Network}";
        }

        if (!HasSameInputs(dataset))
        {
            return "its fields were others, or standardised with other numbers";
        }

        bool taken = _run is null ? network.TryImport(_weights) : network.TryTakeOver(_run.Model.Network);
        return taken ? null : "its layers were others, or batch normalisation is folded into them";
    }

    protected override string? GiveState(ModelOptimizers optimizers, Dataset dataset)
    {
        if (_run is null)
        {
            return "a bundle has no state of them";
        }

        if (_run.Config.Training.EmbeddingOptimizer != optimizers.Embedding.Name)
        {
            return $"embeddings were trained with {_run.Config.Training.EmbeddingOptimizer}, and now are with {optimizers.Embedding.Name}";
        }

        return _run.Model.Sizer.Sharing is null ? GiveState(_run, optimizers, dataset) : "its values shared rows";
    }

    private string? GiveState(TrainedRun run, ModelOptimizers optimizers, Dataset dataset)
    {
        try
        {
            using SavedOptimizers? saved = run.OpenOptimizers();
            if (saved is null)
            {
                return "the checkpoint of its best epoch is gone";
            }

            saved.GiveTo(optimizers);
            InitialStates states = new(saved.RowsFor(optimizers), run.Dataset);
            for (int v = 0; v < dataset.Vocabularies.Count; v++)
            {
                if (TableOf(dataset.Vocabularies[v].Name) is { } table)
                {
                    states.CopyTo(dataset.Vocabularies[v], table);
                }
            }

            return null;
        }
        catch (ArtifactException e)
        {
            throw new ArtifactException(
                $"{Path}: its optimizers' state cannot be taken over: {e.Message} training.keep_optimizer_state=false starts without it.", e);
        }
    }

    private static TrainedRun Opened(string path)
    {
        try
        {
            return TrainedRun.Open(path);
        }
        catch (ArtifactException e)
        {
            throw new ArtifactException($"{path} cannot be started from: {e.Message} A bundle of it (taper export) needs no dataset.", e);
        }
    }

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

    /// <summary>Whether the network is fed the same fields in the same order, numbers in the same unit.</summary>
    private bool HasSameInputs(Dataset dataset) => _bundle.Fields.Select(Input).SequenceEqual(dataset.Fields.Select(Input));

    private static (string, FieldKind, Pooling, double, double) Input(FeatureField field) =>
        (field.Name, field.Kind, field.Pooling, field.Mean, field.StandardDeviation);
}
