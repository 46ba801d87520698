using Taper.Embeddings.Optimizers;
using Taper.Embeddings.Storage;

namespace Taper.Training.Runs;

/// <summary>
/// The state that a run's optimizers had when its best epoch ended, as the checkpoint of that moment holds it. It is mapped, not read into
/// memory, since it is up to twice as large as the table. Belongs to the rows as the best model has them.
/// </summary>
internal sealed class SavedOptimizers : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly SnapshotMetadata _checkpoint;
    private readonly CtrModel _model;

    private SavedOptimizers(SafetensorsFile file, SnapshotMetadata checkpoint, CtrModel model)
    {
        (_file, _checkpoint, _model) = (file, checkpoint, model);
    }

    /// <param name="folder">The checkpoint.</param>
    /// <param name="best">What the best model's snapshot says.</param>
    /// <param name="model">The best model; not owned.</param>
    /// <exception cref="ArtifactException">The checkpoint is damaged, or of another moment.</exception>
    public static SavedOptimizers Open(string folder, SnapshotMetadata best, CtrModel model)
    {
        SafetensorsFile file = Snapshot.Open(folder, out SnapshotMetadata checkpoint);
        bool fits = checkpoint.Dataset == best.Dataset && checkpoint.Position.Step == best.Position.Step
            && checkpoint.Sizes.AsSpan().SequenceEqual(best.Sizes) && (!checkpoint.Compact || model.Table.IsCompact);
        if (!fits)
        {
            file.Dispose();
            throw new ArtifactException($"{folder}: the checkpoint is not of the run's best epoch.");
        }

        return new SavedOptimizers(file, checkpoint, model);
    }

    /// <summary>Gives a network of the same shapes its optimizer's moments, and the tables' optimizers the steps that they have done.</summary>
    /// <remarks>
    /// Steps go on: the moments of rows are corrected by the number of steps, so they mean what they meant only beside it. A value that is
    /// new has what it would have, had it been there without an example until now.
    /// </remarks>
    /// <exception cref="ArtifactException">The state is damaged or of another network.</exception>
    public void GiveTo(ModelOptimizers optimizers)
    {
        foreach (CheckpointTensor tensor in ModelState.OfAdams(optimizers.Network, null))
        {
            tensor.ReadFrom(_file);
            SavedRows.Check(_file.Tensor(tensor.Name).AsSpan<float>(), tensor.Name);
        }

        ModelState.RestoreStepsButTheSizers(optimizers, _checkpoint.OptimizerSteps);
    }

    /// <summary>The state of the tables' rows, and where optimizers of the same kinds have theirs.</summary>
    /// <exception cref="ArtifactException">The state has another shape than the run's model.</exception>
    public IReadOnlyList<(SavedRows Saved, OptimizerState State)> RowsFor(ModelOptimizers optimizers) =>
        [.. ModelState.RowStatesOf(optimizers).Select(s => (RowsOf(s.Name, s.IsOfEmbeddings, s.State), s.State))];

    public void Dispose() => _file.Dispose();

    private SavedRows RowsOf(string name, bool isOfEmbeddings, OptimizerState state)
    {
        SafetensorsView view = _file.Tensor(name);
        return isOfEmbeddings && state.IsLaidOutAsTable
            ? SavedRows.AsTable(view, _model, _checkpoint.Compact)
            : SavedRows.OfWidth(view, (isOfEmbeddings ? _model.Table : _model.FirstOrderTable!).Rows, state.Width);
    }
}
