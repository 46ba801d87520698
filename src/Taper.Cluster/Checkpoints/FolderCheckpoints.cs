using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Checkpoints;

/// <summary>Checkpoints in the run's folder, which every silo sees.</summary>
internal sealed class FolderCheckpoints(RunFolder run) : ICheckpointStore
{
    public IReadOnlyList<string> NewestFirst() => run.CheckpointsNewestFirst();

    public string Of(long step) => run.CheckpointAt(step);

    public void Write(long step, Action<string> writeParts) => AtomicFolder.Write(run.CheckpointAt(step), writeParts);

    public void Prune(long best) => run.PruneCheckpoints(best);

    /// <summary>Whoever lays out the run's folder does.</summary>
    public void Clear()
    {
    }

    public Task WritePartAsync(string place, string part, Action<string> write)
    {
        write(Path.Combine(place, part));
        return Task.CompletedTask;
    }

    public Task<CheckpointPart> OpenPartAsync(string place, string part)
    {
        string folder = Path.Combine(place, part);
        return Task.FromResult(new CheckpointPart(folder, folder, copy: null));
    }
}
