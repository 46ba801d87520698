using Taper.Cluster.Hosting;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Checkpoints;

/// <summary>A part of a checkpoint that is being read: a snapshot.</summary>
/// <param name="place">What it is called where it is kept.</param>
/// <param name="folder">Where it is on this machine.</param>
/// <param name="copy">The copy that the folder lies in; null where it is the original.</param>
internal sealed class CheckpointPart(string place, string folder, ScratchFolder? copy) : IDisposable
{
    /// <summary>Checks the snapshot and maps its tensors.</summary>
    /// <exception cref="ArtifactException">It is cut short, altered or newer.</exception>
    public SafetensorsFile OpenSnapshot(out SnapshotMetadata metadata)
    {
        try
        {
            return Snapshot.Open(folder, out metadata);
        }
        catch (ArtifactException e)
        {
            throw Explained(e);
        }
    }

    /// <summary>Reads the snapshot into buffers, for a part of a training to be loaded.</summary>
    /// <exception cref="CheckpointRefusedException">It is cut short, altered, newer, or of another model.</exception>
    public SnapshotMetadata ReadSnapshot(Func<SnapshotMetadata, IReadOnlyList<CheckpointTensor>> tensorsOf)
    {
        try
        {
            return Snapshot.Read(folder, tensorsOf);
        }
        catch (ArtifactException e)
        {
            throw new CheckpointRefusedException(Explained(e).Message);
        }
    }

    public void Dispose() => copy?.Dispose();

    /// <summary>A copy's path would say nothing to whoever reads it.</summary>
    private ArtifactException Explained(ArtifactException e) => new(e.Message.Replace(folder, place, StringComparison.Ordinal), e);
}
