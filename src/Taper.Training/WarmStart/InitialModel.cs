using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Networks;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>
/// A trained model that another one starts from: a run or a bundle. Embeddings are taken over value by value, so the dataset may be
/// another one; the network only where both are built alike.
/// </summary>
internal sealed class InitialModel : IDisposable
{
    private readonly string _path;
    private readonly Bundle _bundle;
    private readonly TrainedRun? _run;

    private InitialModel(string path, Bundle bundle, TrainedRun? run)
    {
        _path = path;
        _bundle = bundle;
        _run = run;
    }

    /// <summary>Opens a run or a bundle.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="scratch">Where a run's model may be exported to meanwhile; it has to be removed afterwards.</param>
    /// <exception cref="ArtifactException">It is neither, or damaged.</exception>
    public static InitialModel Open(string path, string scratch)
    {
        if (!new RunFolder(path).Exists)
        {
            return Directory.Exists(path)
                ? new InitialModel(path, Bundle.Open(path), null)
                : throw new ArtifactException($"{path}: no run or bundle to start from; name a folder that `taper train` or `taper export` made.");
        }

        TrainedRun run = TrainedRun.Open(path);
        try
        {
            run.Export(scratch, Precision.Fp32);
            return new InitialModel(path, Bundle.Open(scratch), run);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Gives a new model the embeddings and, where it fits, the network. Returns what came of it, for the person who waits.</summary>
    /// <exception cref="ArtifactException">Its embeddings do not fit the model.</exception>
    /// <exception cref="TrainingException">The sizing method cannot start from a trained model.</exception>
    public string ApplyTo(CtrModel model, Dataset dataset)
    {
        IReadOnlyDictionary<string, NetworkTensor> weights = _bundle.ReadNetworkWeights();
        Check(model, weights);
        long values = 0, found = 0;
        for (int v = 0; v < dataset.Vocabularies.Count; v++)
        {
            Vocabulary vocabulary = dataset.Vocabularies[v];
            values += vocabulary.Size - BundleVocabulary.Reserved;
            if (_bundle.Tables.FirstOrDefault(table => table.Name == vocabulary.Name) is { } table)
            {
                found += new InitialRows(table, model).CopyTo(vocabulary, v);
            }
        }

        bool takesNetwork = HasSameInputs(dataset) && _bundle.Manifest.Network == model.Network.Type
            && (_run is null ? model.Network.TryImport(weights) : model.Network.TryTakeOver(_run.Model.Network));
        return $"Starts from {_path}: {found:N0} of {values:N0} feature values"
            + (takesNetwork ? " and the network." : "; the network starts anew, since it or its fields are others.");
    }

    public void Dispose()
    {
        _bundle.Dispose();
        _run?.Dispose();
    }

    private void Check(CtrModel model, IReadOnlyDictionary<string, NetworkTensor> weights)
    {
        if (model.Sizer.RestartsTraining || model.Sizer.IsProjected || model.Sizer.Sharing is not null)
        {
            throw new TrainingException(
                "sizing.method: this method makes its embeddings anew once it knows their sizes, so it cannot start from a trained model; taper, amtl, magnitude and fixed can.");
        }

        int dimension = _bundle.Manifest.Dimension;
        if (dimension != model.Table.Dimension)
        {
            throw new ArtifactException($"{_path}: its embeddings have {dimension} dimensions, sizing.embedding_dim is {model.Table.Dimension}; set it to {dimension}.");
        }

        if (weights.Keys.Any(EmbeddingProjection.IsWeight))
        {
            throw new ArtifactException($"{_path}: its embeddings are projected ({_bundle.Manifest.Sizing}), which cannot be trained on; start from another model.");
        }
    }

    /// <summary>Whether the network is fed the same fields in the same order.</summary>
    private bool HasSameInputs(Dataset dataset) => _bundle.Fields.Select(field => (field.Name, field.Kind, field.Pooling))
        .SequenceEqual(dataset.Fields.Select(field => (field.Name, field.Kind, field.Pooling)));
}
