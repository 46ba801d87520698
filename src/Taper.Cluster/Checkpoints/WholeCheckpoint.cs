namespace Taper.Cluster.Checkpoints;

/// <summary>All parts of a checkpoint, opened.</summary>
internal sealed class WholeCheckpoint : IDisposable
{
    private WholeCheckpoint(CheckpointPart replica, IReadOnlyList<CheckpointPart> shards) => (Replica, Shards) = (replica, shards);

    /// <summary>What all workers have alike.</summary>
    public CheckpointPart Replica { get; }

    /// <summary>The shards, in their order.</summary>
    public IReadOnlyList<CheckpointPart> Shards { get; }

    /// <exception cref="Taper.Embeddings.Storage.ArtifactException">A part is missing.</exception>
    public static WholeCheckpoint Open(ICheckpointStore store, string place, int shards)
    {
        var parts = new List<CheckpointPart>();
        try
        {
            foreach (string part in Enumerable.Range(0, shards).Select(PartNames.OfShard).Prepend(PartNames.Replica))
            {
                parts.Add(store.OpenPartAsync(place, part).GetAwaiter().GetResult());
            }

            return new WholeCheckpoint(parts[0], parts[1..]);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (CheckpointPart part in Shards.Prepend(Replica))
        {
            part.Dispose();
        }
    }
}
