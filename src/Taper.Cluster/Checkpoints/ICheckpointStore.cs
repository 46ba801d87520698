namespace Taper.Cluster.Checkpoints;

/// <summary>
/// Keeps the checkpoints of one training. A checkpoint is complete or absent: the coordinator begins it, shards and a worker write
/// their parts from wherever they are, and it is there once all have.
/// </summary>
internal interface ICheckpointStore
{
    /// <summary>The places of the complete checkpoints, newest first.</summary>
    IReadOnlyList<string> NewestFirst();

    /// <summary>The place of the checkpoint of a step.</summary>
    /// <exception cref="Taper.Embeddings.Storage.ArtifactException">There is none; a folder is not looked at before a part of it is opened.</exception>
    string Of(long step);

    /// <summary>Writes a checkpoint. What writers that were lost have left behind may be removed.</summary>
    /// <param name="step">The step that it is of.</param>
    /// <param name="writeParts">Lets all parts be written to a place; if it throws, there is no checkpoint.</param>
    void Write(long step, Action<string> writeParts);

    /// <summary>Removes all but the newest ones, and that of the best epoch.</summary>
    /// <param name="best">The step at which the best epoch ended.</param>
    void Prune(long best);

    /// <summary>Removes all: another training begins.</summary>
    void Clear();

    /// <summary>Writes a part into a checkpoint that is being written.</summary>
    /// <param name="place">As the coordinator was given it.</param>
    /// <param name="part">Its name.</param>
    /// <param name="write">Writes it as a snapshot, into the folder whose path it is given.</param>
    Task WritePartAsync(string place, string part, Action<string> write);

    /// <summary>Opens a part of a checkpoint.</summary>
    /// <exception cref="Taper.Embeddings.Storage.ArtifactException">It is missing.</exception>
    Task<CheckpointPart> OpenPartAsync(string place, string part);
}
