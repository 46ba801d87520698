namespace Taper.Server.Repository;

/// <summary>A bundle that was made of a delta, in the server's own folder; disposing removes it.</summary>
internal sealed class MadeBundle(string folder) : IDisposable
{
    /// <summary>Where it lies.</summary>
    public string Folder { get; } = folder;

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
