namespace Taper.Cluster.Checkpoints;

/// <summary>A folder on this machine's own disk that is gone once it is no longer needed.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("taper-checkpoint-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
