namespace Taper.Embeddings.Tests.Storage;

internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("taper-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string[] Entries => [.. Directory.EnumerateFileSystemEntries(Root).Select(e => Path.GetFileName(e)).Order()];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
