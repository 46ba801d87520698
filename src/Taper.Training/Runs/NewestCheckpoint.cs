using Taper.Embeddings.Storage;

namespace Taper.Training.Runs;

/// <summary>The checkpoint that a run is resumed from: the newest good one.</summary>
internal static class NewestCheckpoint
{
    /// <summary>Tries a run's checkpoints, newest first; false where none is good.</summary>
    /// <param name="newestFirst">Where they are.</param>
    /// <param name="restore">Brings a checkpoint back, and says where it stands.</param>
    /// <param name="progress">Hears which were refused.</param>
    public static bool TryRestore(IReadOnlyList<string> newestFirst, Func<string, TrainingPosition> restore, ITrainingProgress progress)
    {
        foreach (string checkpoint in newestFirst)
        {
            try
            {
                TrainingPosition position = restore(checkpoint);
                progress.Message($"Resumed from {checkpoint}: epoch {position.Epoch + 1}, batch {position.Batch}.");
                return true;
            }
            catch (ArtifactException e)
            {
                progress.Message($"Checkpoint refused: {e.Message} Trying the one before it.");
            }
        }

        progress.Message("No checkpoint to resume from: starting at the beginning.");
        return false;
    }
}
