using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>
/// Makes the bundles of the deltas that lie among a model's versions. A delta goes on from the version that is loaded where that is
/// its bundle, else from a bundle that lies beside it, or from what other deltas make of one. Not thread-safe.
/// </summary>
internal sealed class DeltaBundles(ModelSettings settings) : IDisposable
{
    private readonly ScratchFolder scratch = new(settings.Scratch);

    /// <summary>Makes the bundle of a delta.</summary>
    /// <param name="delta">The delta's folder, in that of its model.</param>
    /// <param name="ready">The versions of the model that are loaded.</param>
    /// <exception cref="ArtifactException">A delta is not sound.</exception>
    /// <exception cref="MissingBaseException">There is no bundle that it goes on from.</exception>
    public MadeBundle Make(string delta, IReadOnlyList<ModelVersion> ready)
    {
        List<string> chain = [];
        string? basis = null;
        for (string next = delta; basis is null;)
        {
            chain.Insert(0, next);
            string wanted = BundleDelta.ReadManifest(next).Base;
            basis = Loaded(wanted, ready) ?? Beside(delta, folder => ResultOfBundle(folder) == wanted);
            next = basis ?? Beside(delta, folder => !chain.Contains(folder) && ResultOfDelta(folder) == wanted)
                ?? throw new MissingBaseException(
                    $"{next} changes the bundle {wanted}, which no version beside it is; put that bundle there, or the deltas in between.");
        }

        MadeBundle made = new(scratch.Next());
        BundleDelta.ApplyInOrder(basis, chain, made.Folder, CancellationToken.None);
        return made;
    }

    public void Dispose() => scratch.Dispose();

    private static string? Loaded(string checksum, IReadOnlyList<ModelVersion> ready) => ready
        .FirstOrDefault(version => version.Manifest.ManifestChecksum == checksum && Bundle.HasRows(version.Scorer.Bundle.Folder))?.Scorer.Bundle.Folder;

    private static string? Beside(string delta, Func<string, bool> isWanted) =>
        Directory.EnumerateDirectories(Path.GetDirectoryName(delta)!).Order(StringComparer.Ordinal).FirstOrDefault(isWanted);

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
