using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Training.Interchange;
using Taper.Training.Metrics;

namespace Taper.Training.Runs;

/// <summary>The best model of a run, opened for evaluation, inspection and export.</summary>
/// <remarks>Not safe to share between threads.</remarks>
public sealed class TrainedRun : IDisposable
{
    private readonly RunFolder _folder;
    private readonly RunRecord _record;
    private readonly Dataset _dataset;
    private readonly CtrModel _model;
    private readonly SnapshotMetadata _best;

    private TrainedRun(RunFolder folder, RunRecord record, Dataset dataset, CtrModel model, SnapshotMetadata best)
    {
        _folder = folder;
        _record = record;
        _dataset = dataset;
        _model = model;
        _best = best;
    }

    /// <summary>Config of the run.</summary>
    public RunConfig Config => _record.Config;

    /// <summary>The dataset the run was trained on.</summary>
    public Dataset Dataset => _dataset;

    /// <summary>Result of the run, or null while it is unfinished.</summary>
    public TrainingResult? Result => _folder.ReadResult();

    /// <summary>What the embeddings take.</summary>
    public EmbeddingSummary Embedding => _model.Summary();

    /// <summary>Kept sizes, one entry a vocabulary.</summary>
    public IReadOnlyList<VocabularySizes> Sizes => [.. _dataset.Vocabularies.Select(SizesOf)];

    internal CtrModel Model => _model;

    /// <summary>Opens a run folder.</summary>
    /// <param name="runFolder">A folder that training made.</param>
    /// <param name="datasetFolder">The dataset, where it no longer lies where the run was trained; else null.</param>
    /// <exception cref="ArtifactException">Run or dataset is missing or damaged, or they do not belong together.</exception>
    public static TrainedRun Open(string runFolder, string? datasetFolder = null)
    {
        var folder = new RunFolder(runFolder);
        RunRecord record = folder.ReadRecord();
        if (record.FormatVersion > RunRecord.CurrentVersion)
        {
            throw new ArtifactException(
                $"{folder.Root}: the run has format {record.FormatVersion}, this Taper reads up to {RunRecord.CurrentVersion}; use a newer Taper.");
        }

        Dataset dataset = Dataset.Open(datasetFolder ?? record.DatasetFolder);
        CtrModel? model = null;
        try
        {
            if (dataset.Fingerprint != record.DatasetFingerprint)
            {
                throw new ArtifactException(
                    $"{datasetFolder ?? record.DatasetFolder}: not the dataset this run was trained on; name that one with --data.");
            }

            SnapshotMetadata metadata = Snapshot.Read(folder.Best, best =>
            {
                model = CtrModel.ToRestore(ModelShape.Of(dataset, record.Config.Sizing.Method), record.Config, best with { SizesFrozen = true });
                return ModelState.Of(model);
            });
            return new TrainedRun(folder, record, dataset, model!, metadata);
        }
        catch
        {
            model?.Dispose();
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>Measures a split of the dataset.</summary>
    /// <param name="split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    public PredictionMetrics Evaluate(string split, CancellationToken cancellation = default) =>
        Evaluator.Measure(_model, _dataset, split, Config.Training.GroupField, cancellation);

    /// <summary>The probability of every example of a split, in its order.</summary>
    /// <param name="split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    public float[] Predict(string split, CancellationToken cancellation = default) =>
        Evaluator.Predict(_model, _dataset, _dataset.Split(split), cancellation);

    /// <summary>Writes the best model as a bundle, which scores without libtorch.</summary>
    /// <param name="bundleFolder">The folder to make or replace.</param>
    /// <param name="precision">How the numbers of the embedding rows are stored.</param>
    /// <exception cref="ArtifactException">The bundle cannot be written.</exception>
    public void Export(string bundleFolder, Precision precision) =>
        BundleWriter.Write(bundleFolder, RunExport.Of(this), precision);

    /// <summary>
    /// Writes the rows that the scorer reads, at full width, and the network's weights for other programs, with an <c>import.yaml</c> that
    /// lets a training start from them. Rows are streamed; a folder that stands there is replaced at the end.
    /// </summary>
    /// <param name="folder">The folder to make or replace.</param>
    /// <param name="format">What to write.</param>
    /// <param name="cancellation">Stops it; the folder is as it was.</param>
    /// <exception cref="ArtifactException">The folder cannot be written, or a vocabulary is called as a weight of the network is.</exception>
    /// <exception cref="DataException">The feature values cannot be read, or their file not be written.</exception>
    public void ExportWeights(string folder, WeightFormat format, CancellationToken cancellation = default) =>
        WeightExport.Write(folder, this, format, cancellation);

    /// <summary>The state that the optimizers had when the best epoch ended; null where the checkpoint of it is gone, or in the shards of a cluster.</summary>
    /// <exception cref="ArtifactException">The checkpoint is damaged or of another model.</exception>
    internal SavedOptimizers? OpenOptimizers()
    {
        string checkpoint = _folder.CheckpointAt(_best.Position.Step);
        return Directory.Exists(checkpoint) && _record.Shards is null ? SavedOptimizers.Open(checkpoint, _best, _model) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _dataset.Dispose();
    }

    private VocabularySizes SizesOf(Vocabulary vocabulary)
    {
        byte[] sizes = new byte[vocabulary.Size];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = (byte)_model.Sizer.SizeOf(vocabulary.FirstRow + i);
        }

        return new VocabularySizes { Name = vocabulary.Name, Counts = vocabulary.ReadCounts(), Sizes = sizes };
    }
}
