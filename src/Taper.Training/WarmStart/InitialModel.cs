using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training.Networks;
using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>
/// A trained model that another one starts from. Embeddings are taken over value by value, so the dataset may be another one; the
/// network only where both are built alike.
/// </summary>
internal abstract class InitialModel(string path) : IDisposable
{
    /// <summary>Where it lies.</summary>
    public string Path { get; } = path;

    /// <summary>Opens a run, a bundle, or weights that another program wrote.</summary>
    /// <param name="path">A folder, or a file of weights.</param>
    /// <param name="import">What the tensors of a file of weights are.</param>
    /// <param name="scratch">Where a run's model may be exported to meanwhile; it has to be removed afterwards.</param>
    /// <exception cref="ArtifactException">It is none of them, or damaged.</exception>
    /// <exception cref="DataException">The keys of imported tables cannot be read.</exception>
    public static InitialModel Open(string path, ImportConfig import, string scratch) =>
        import.IsEmpty && new RunFolder(path).Exists ? TrainedModel.OfRun(path, scratch) : InPlace(path, import);

    /// <summary>Opens a bundle, or weights that another program wrote: what needs no room beside it to be read.</summary>
    /// <param name="path">A folder, or a file of weights.</param>
    /// <param name="import">What the tensors of a file of weights are.</param>
    /// <exception cref="ArtifactException">It is a run, none of them, or damaged.</exception>
    /// <exception cref="DataException">The keys of imported tables cannot be read.</exception>
    public static InitialModel OpenWeights(string path, ImportConfig import) => new RunFolder(path).Exists
        ? throw new ArtifactException($"{path}: a cluster starts from a bundle, not from a run; export it first (taper export {path} --out BUNDLE), and name that.")
        : InPlace(path, import);

    /// <summary>
    /// Gives a new model the embeddings and, where it fits, the network, and with that the optimizers' state. Returns what came of it, for
    /// the person who waits.
    /// </summary>
    /// <param name="model">The new model.</param>
    /// <param name="optimizers">Those of the new model, where they are to go on; null where they start anew.</param>
    /// <param name="dataset">The data of the new model.</param>
    /// <exception cref="ArtifactException">Its embeddings do not fit the model, or its optimizers' state is damaged.</exception>
    /// <exception cref="TrainingException">The sizing method cannot start from a trained model.</exception>
    public string ApplyTo(CtrModel model, ModelOptimizers? optimizers, Dataset dataset)
    {
        if (model.Sizer.RestartsTraining || model.Sizer.IsProjected || model.Sizer.Sharing is not null)
        {
            throw new TrainingException(
                "sizing.method: this method makes its embeddings anew once it knows their sizes, so it cannot start from a trained model; taper, amtl, magnitude and fixed can.");
        }

        long found = GiveRows(new ModelRows(model), dataset);
        if (GiveNetwork(model.Network, dataset) is { } other)
        {
            return $"{Started(Path, found, dataset)}; the network starts anew{(optimizers is null ? "" : ", and optimizers with it")}: {other}.";
        }

        string? reason = optimizers is null ? null
            : model.Sizer.CountsSteps ? "the sizing method counts its steps by theirs"
            : GiveState(optimizers, dataset);
        return reason is not null ? $"{Started(Path, found, dataset)} and the network. Optimizers start anew: {reason}."
            : optimizers is not null ? $"{Started(Path, found, dataset)}, the network and the optimizers' state."
            : $"{Started(Path, found, dataset)} and the network.";
    }

    /// <summary>Gives rows of a new model their embeddings; returns how many of their feature values were known.</summary>
    /// <param name="target">The rows.</param>
    /// <param name="dataset">The data of the new model.</param>
    /// <exception cref="ArtifactException">The embeddings do not fit the model.</exception>
    public long GiveRows(IInitialTarget target, Dataset dataset)
    {
        RefuseUnknown(dataset);
        long found = 0;
        for (int v = 0; v < dataset.Vocabularies.Count; v++)
        {
            if (TableOf(dataset.Vocabularies[v].Name) is { } table)
            {
                Check(table, target);
                found += new InitialRows(table, target).CopyTo(dataset.Vocabularies[v], v);
            }
        }

        return found;
    }

    /// <summary>Gives a network its weights; where they do not fit, nothing is changed, and the reason is returned.</summary>
    public abstract string? GiveNetwork(CtrNetwork network, Dataset dataset);

    /// <summary>What embeddings were taken over, for the person who waits.</summary>
    /// <param name="path">The trained model.</param>
    /// <param name="found">Feature values that it knows.</param>
    /// <param name="dataset">The data of the new model.</param>
    public static string Started(string path, long found, Dataset dataset) =>
        $"Starts from {path}: {found:N0} of {dataset.Vocabularies.Sum(vocabulary => (long)vocabulary.Size - Models.BundleVocabulary.Reserved):N0} feature values";

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The vocabularies that the config names tables for.</summary>
    protected abstract IEnumerable<string> Mapped { get; }

    /// <summary>The embeddings of a vocabulary; null where it has none of that name.</summary>
    protected abstract IInitialTable? TableOf(string vocabulary);

    /// <summary>
    /// Gives optimizers the state that those of the trained model had, once the model has its network: the gradients that it is of came
    /// through that. Where there is none that fits, nothing is changed, and the reason is returned.
    /// </summary>
    protected abstract string? GiveState(ModelOptimizers optimizers, Dataset dataset);

    private static InitialModel InPlace(string path, ImportConfig import)
    {
        bool isRun = new RunFolder(path).Exists;
        bool isBundle = Models.Bundle.LiesIn(path);
        if (import.IsEmpty)
        {
            return isBundle ? TrainedModel.OfBundle(path)
                : File.Exists(path) ? throw new ArtifactException($"{path}: a file of weights needs an import: section in the config, which says what its tensors are; see docs/warm-start.md.")
                : throw new ArtifactException($"{path}: nothing to start from; name a run or bundle folder, or a file of weights.");
        }

        return isRun || isBundle
            ? throw new ArtifactException($"{path} is a {(isRun ? "run" : "bundle")}, which needs no import: section; drop that from the config.")
            : new ImportedModel(path, import);
    }

    private void RefuseUnknown(Dataset dataset)
    {
        if (Mapped.FirstOrDefault(name => dataset.Vocabularies.All(vocabulary => vocabulary.Name != name)) is { } unknown)
        {
            throw new ArtifactException(
                $"import.vocabularies: the dataset has no vocabulary '{unknown}'; it has {string.Join(", ", dataset.Vocabularies.Select(vocabulary => vocabulary.Name))}.");
        }
    }

    private void Check(IInitialTable table, IInitialTarget target)
    {
        if (table.Dimension != target.Dimension)
        {
            throw new ArtifactException(
                $"{Path}: its embeddings have {table.Dimension} dimensions, sizing.embedding_dim is {target.Dimension}; set it to {table.Dimension}.");
        }
    }
}
