using System.Globalization;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>
/// Makes the bundles of the deltas that lie among a model's versions. A delta goes on from the version that is loaded where that is
/// its bundle, else from a bundle that lies beside it, or from what other deltas make of one. Not thread-safe.
/// </summary>
internal sealed class DeltaBundles(ModelSettings settings, CancellationToken stopping) : IDisposable
{
    private readonly ScratchFolder scratch = new(settings.Scratch);

    /// <summary>Makes the bundle of a delta.</summary>
    /// <param name="delta">The delta's folder, in that of its model.</param>
    /// <param name="loaded">The versions of the model that are loaded.</param>
    /// <exception cref="ArtifactException">A delta is not sound, or there is no bundle that it goes on from.</exception>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    public MadeBundle Make(string delta, IReadOnlyList<ModelVersion> loaded)
    {
        string[] versions = [.. VersionsBeside(delta)];
        string[] bundles = [.. loaded.Select(version => version.Scorer.Bundle.Folder), .. versions];
        List<string> chain = [delta];
        while (true)
        {
            string wanted = BundleDelta.ReadManifest(chain[0]).Base;
            if (bundles.FirstOrDefault(folder => ResultOfBundle(folder) == wanted) is { } basis)
            {
                string made = scratch.Next();
                BundleDelta.ApplyInOrder(basis, chain, made, stopping);
                return new MadeBundle(made);
            }

            chain.Insert(0, versions.FirstOrDefault(folder => !chain.Contains(folder) && ResultOfDelta(folder) == wanted)
                ?? throw new ArtifactException(
                    $"{chain[0]} changes the bundle {wanted}, which no version beside it is; put that bundle there, or the deltas in between."));
        }
    }

    public void Dispose() => scratch.Dispose();

    private static IEnumerable<string> VersionsBeside(string delta) => Directory.EnumerateDirectories(Path.GetDirectoryName(delta)!)
        .Where(folder => long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Order(StringComparer.Ordinal);

    private static string? ResultOfBundle(string folder) =>
        Bundle.HasRows(folder) ? Sound(() => Bundle.ReadManifest(folder).ManifestChecksum) : null;

    private static string? ResultOfDelta(string folder) =>
        BundleDelta.LiesIn(folder) ? Sound(() => BundleDelta.ReadManifest(folder).Result) : null;

    /// <summary>What is damaged is told where it is loaded itself; here it is only not what is looked for.</summary>
    private static string? Sound(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (ArtifactException)
        {
            return null;
        }
    }
}
