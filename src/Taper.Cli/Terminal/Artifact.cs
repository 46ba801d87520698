using Taper.Embeddings.Storage;

namespace Taper.Cli.Terminal;

/// <summary>Tells run, bundle, delta and dataset folders apart.</summary>
internal static class Artifact
{
    private static readonly (string File, ArtifactKind Kind)[] Marks =
    [
        ("run.json", ArtifactKind.Run),
        ("manifest.json", ArtifactKind.Bundle),
        ("delta.json", ArtifactKind.Delta),
        ("dataset.json", ArtifactKind.Dataset),
    ];

    /// <summary>What lies in a folder.</summary>
    /// <exception cref="ArtifactException">None of them does.</exception>
    public static ArtifactKind KindOf(string folder)
    {
        foreach ((string file, ArtifactKind kind) in Marks)
        {
            if (File.Exists(Path.Combine(folder, file)))
            {
                return kind;
            }
        }

        throw new ArtifactException(Directory.Exists(folder)
            ? $"{folder} is no run, bundle, delta or dataset: it holds none of {string.Join(", ", Marks.Select(m => m.File))}; name a folder that `taper train`, `export` or `prepare` made."
            : $"{folder}: there is no such folder; name one that `taper train`, `export` or `prepare` made.");
    }
}
