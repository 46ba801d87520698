namespace Taper.Server.Repository;

/// <summary>A bundle that was made of a delta; disposing removes it.</summary>
internal sealed class MadeBundle(string folder) : IDisposable
{
    /// <summary>Where it lies.</summary>
    public string Folder { get; } = folder;

    public void Dispose() => ScratchFolder.Remove(Folder);
}
