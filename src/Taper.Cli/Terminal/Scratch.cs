namespace Taper.Cli.Terminal;

/// <summary>A folder among the system's temporary files (TMPDIR), made when it is first asked for and removed at the end.</summary>
internal sealed class Scratch : IDisposable
{
    private string? _folder;

    public string Folder => _folder ??= Directory.CreateTempSubdirectory("taper-").FullName;

    public void Dispose()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
