using Taper.Embeddings.Storage;
using Taper.Models.Compact;
using Taper.Models.Deltas;

namespace Taper.Models;

/// <summary>
/// What makes one bundle of another: the rows that have changed, and where the others have moved, in a folder of <c>delta.json</c>,
/// <c>bundle.json</c> (the manifest of the bundle that results), <c>changes.safetensors</c> and, where it has changed, <c>network.onnx</c>.
/// The result is the bundle that the delta was made of, byte for byte.
/// </summary>
public sealed class BundleDelta
{
    private const string ResultFile = "bundle.json";
    private const string ChangesFile = "changes.safetensors";

    private readonly BundleManifest result;

    private BundleDelta(string folder, DeltaManifest manifest, BundleManifest result)
    {
        Folder = folder;
        Manifest = manifest;
        this.result = result;
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What <c>delta.json</c> says.</summary>
    public DeltaManifest Manifest { get; }

    /// <summary>Whether a folder holds a delta.</summary>
    public static bool LiesIn(string folder) => File.Exists(Path.Combine(folder, DeltaManifest.FileName));

    /// <summary>Writes what makes a bundle of another. A delta that stands at <paramref name="folder"/> is replaced once the new one is complete.</summary>
    /// <param name="folder">The folder to make or replace.</param>
    /// <param name="basis">The bundle that will be changed.</param>
    /// <param name="target">The bundle that it shall become.</param>
    /// <exception cref="ArtifactException">They cannot be compared, as width, precision or layout differ, or the folder cannot be written.</exception>
    public static void Write(string folder, Bundle basis, Bundle target)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(target);
        Check(basis, target.Manifest, target.Folder);
        AtomicFolder.Write(folder, path =>
        {
            List<DeltaVocabulary> vocabularies = [];
            TensorFile.Write(Path.Combine(path, ChangesFile), [.. target.Manifest.Vocabularies.SelectMany(entry =>
            {
                (DeltaVocabulary vocabulary, IEnumerable<PendingTensor> tensors) = Changes(basis, target, entry);
                vocabularies.Add(vocabulary);
                return tensors;
            })]);
            Copy(Path.Combine(target.Folder, BundleManifest.FileName), Path.Combine(path, ResultFile));
            if (ChecksumOf(basis.Manifest, Bundle.NetworkFile) != ChecksumOf(target.Manifest, Bundle.NetworkFile))
            {
                Copy(target.NetworkPath, Path.Combine(path, Bundle.NetworkFile));
            }

            ManifestFile.Write(Path.Combine(path, DeltaManifest.FileName), ManifestOf(path, basis, target, vocabularies));
        });
    }

    /// <summary>Opens a delta and checks every file against its checksum.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    public static BundleDelta Open(string folder)
    {
        DeltaManifest manifest = ReadManifest(folder);
        foreach (string name in new[] { ResultFile, ChangesFile })
        {
            Require(manifest.Files.Any(file => file.Path == name), folder, $"does not list {name}");
        }

        foreach (BundleFile file in manifest.Files)
        {
            Require(file.Path is ResultFile or ChangesFile or Bundle.NetworkFile, folder, "lists a file that no delta has");
            Checksum.Verify(Path.Combine(folder, file.Path), file.Checksum);
        }

        BundleManifest result = Bundle.ReadManifestFile(Path.Combine(folder, ResultFile));
        Require(result.ManifestChecksum == manifest.Result, folder, $"is not about the bundle of {ResultFile}");
        Require(
            manifest.Vocabularies.Select(vocabulary => vocabulary.Name).SequenceEqual(result.Vocabularies.Select(entry => entry.Name)),
            folder, $"does not have the vocabularies of {ResultFile}");
        return new BundleDelta(folder, manifest, result);
    }

    /// <summary>Reads a delta's manifest.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    internal static DeltaManifest ReadManifest(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return LiesIn(folder)
            ? ManifestFile.Read<DeltaManifest>(Path.Combine(folder, DeltaManifest.FileName), DeltaManifest.CurrentVersion, "export the delta again")
            : throw new ArtifactException($"{folder} is no delta: it has no {DeltaManifest.FileName}; make one with export --since.");
    }

    /// <summary>Makes the bundle that the delta was made of. A bundle that stands at <paramref name="folder"/> is replaced once the new one is complete and checked.</summary>
    /// <param name="basis">The bundle that the delta was made against.</param>
    /// <param name="folder">The folder to make or replace; may be that of <paramref name="basis"/>.</param>
    /// <exception cref="ArtifactException">The delta is of another bundle or not sound, or the folder cannot be written.</exception>
    public void Apply(Bundle basis, string folder)
    {
        ArgumentNullException.ThrowIfNull(basis);
        RefuseOther(basis.Manifest.ManifestChecksum, basis.Folder);
        Check(basis, result, Folder);
        using SafetensorsFile changes = SafetensorsFile.Open(Path.Combine(Folder, ChangesFile));
        List<IVocabularyTensors> vocabularies = [.. result.Vocabularies.Zip(Manifest.Vocabularies, (entry, change) => Rebuild(basis, changes, entry, change.IsWhole))];
        AtomicFolder.Write(folder, path =>
        {
            TensorFile.Write(Path.Combine(path, Bundle.KeysFile), vocabularies.SelectMany(vocabulary => vocabulary.KeyTensors()));
            TensorFile.Write(Path.Combine(path, Bundle.EmbeddingsFile), vocabularies.SelectMany(vocabulary => vocabulary.RowTensors()));
            string network = Path.Combine(Folder, Bundle.NetworkFile);
            Copy(Manifest.Files.Any(file => file.Path == Bundle.NetworkFile) ? network : basis.NetworkPath, Path.Combine(path, Bundle.NetworkFile));
            Copy(Path.Combine(Folder, ResultFile), Path.Combine(path, BundleManifest.FileName));
            Verify(path);
        });
    }

    /// <summary>
    /// Applies deltas one after the other. Nothing is written before it is known that each goes on from the one before it; a bundle
    /// that stands at <paramref name="folder"/> is replaced once the last one is done.
    /// </summary>
    /// <param name="bundle">The folder of the bundle that the first one was made against.</param>
    /// <param name="deltas">Folders of deltas, at least one.</param>
    /// <param name="folder">The folder to make or replace.</param>
    /// <param name="cancellation">Stops it between two deltas.</param>
    /// <exception cref="ArtifactException">One is of another bundle or not sound, or the folder cannot be written.</exception>
    public static void ApplyInOrder(string bundle, IReadOnlyList<string> deltas, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(deltas);
        ArgumentOutOfRangeException.ThrowIfZero(deltas.Count);
        List<BundleDelta> chain = [.. deltas.Select(Open)];
        string? current = Bundle.ReadManifest(bundle).ManifestChecksum;
        string holder = bundle;
        foreach (BundleDelta delta in chain)
        {
            delta.RefuseOther(current, holder);
            (current, holder) = (delta.Manifest.Result, $"the result of {delta.Folder}");
        }

        string made = bundle;
        foreach (BundleDelta delta in chain)
        {
            string basis = made;
            made = delta == chain[^1] ? folder : $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}.between-{Path.GetRandomFileName()}";
            try
            {
                cancellation.ThrowIfCancellationRequested();
                using Bundle former = Bundle.Open(basis);
                delta.Apply(former, made);
            }
            finally
            {
                if (basis != bundle)
                {
                    Directory.Delete(basis, recursive: true);
                }
            }
        }
    }

    private static (DeltaVocabulary Vocabulary, IEnumerable<PendingTensor> Tensors) Changes(Bundle basis, Bundle target, BundleVocabularyEntry entry)
    {
        if (Former(basis, entry) is { } former)
        {
            StoredRows rows = new(target.Tensors, entry, target.Manifest);
            VocabularyChanges changes = new(new StoredRows(basis.Tensors, former, basis.Manifest), rows, target.Tensors, entry.Name);
            return (changes.Summary, changes.Tensors());
        }

        WholeVocabulary whole = new(target.Tensors, entry.Name);
        int values = entry.Sizes.Values;
        return (new DeltaVocabulary(entry.Name, values, values, 0, 0, 0, 0, IsWhole: true), whole.KeyTensors().Concat(whole.RowTensors()));
    }

    private IVocabularyTensors Rebuild(Bundle basis, SafetensorsFile changes, BundleVocabularyEntry entry, bool isWhole)
    {
        if (isWhole)
        {
            return new WholeVocabulary(new BundleTensors(changes, changes), entry.Name);
        }

        BundleVocabularyEntry? former = Former(basis, entry);
        Require(former is not null, Folder, $"changes rows of the vocabulary '{entry.Name}', which are not there or hashed otherwise");
        return new RebuiltVocabulary(new StoredRows(basis.Tensors, former!, basis.Manifest), changes, entry, result);
    }

    /// <summary>The vocabulary that another goes on from, where its values can be followed by their keys.</summary>
    private static BundleVocabularyEntry? Former(Bundle basis, BundleVocabularyEntry entry) => basis.Manifest.Vocabularies.FirstOrDefault(
        former => former.Name == entry.Name && former.HashSeed == entry.HashSeed && former.Shared is null && entry.Shared is null);

    /// <summary>Refuses bundles whose rows cannot be compared.</summary>
    private static void Check(Bundle basis, BundleManifest target, string path)
    {
        BundleManifest former = basis.Manifest;
        if (!basis.HasOwnRows)
        {
            throw new ArtifactException($"{basis.Folder} has no rows of its own; name the bundle that it was published from.");
        }

        if (Kind(former) != Kind(target))
        {
            throw new ArtifactException(
                $"{basis.Folder} is {Kind(former)}, {path} {Kind(target)}; rows of one kind alone can be compared: export the whole bundle.");
        }
    }

    private static string Kind(BundleManifest manifest) =>
        $"{manifest.Precision} of {manifest.Dimension} dimensions, {manifest.Layout}, for {manifest.Network}".ToLowerInvariant();

    private static DeltaManifest ManifestOf(string folder, Bundle basis, Bundle target, IReadOnlyList<DeltaVocabulary> vocabularies) => new()
    {
        FormatVersion = DeltaManifest.CurrentVersion,
        CreatedBy = BundleWriter.CreatedBy,
        Name = target.Manifest.Name,
        Base = basis.Manifest.ManifestChecksum!,
        Result = target.Manifest.ManifestChecksum!,
        ResultBytes = target.Manifest.Files.Sum(file => file.Bytes),
        Vocabularies = vocabularies,
        Files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => BundleFile.In(folder, Path.GetFileName(file)))],
    };

    /// <summary>Refuses another bundle than the one that the delta was made against.</summary>
    private void RefuseOther(string? checksum, string holder)
    {
        if (checksum != Manifest.Base)
        {
            throw new ArtifactException(
                $"{Folder} changes the bundle {Manifest.Base}, and {holder} is {checksum}; "
                + "apply it to the bundle that `export --since` was given, or to the result of the delta before it.");
        }
    }

    /// <summary>What was made has to be what the delta was made of.</summary>
    private void Verify(string made)
    {
        try
        {
            Bundle.Open(made).Dispose();
        }
        catch (ArtifactException e)
        {
            throw new ArtifactException($"{Folder}: the delta does not make the bundle that it was made of ({e.Message}); export it again, or the whole bundle.", e);
        }
    }

    /// <summary>Copies a file's bytes alone: where it may not be written to, its copy may.</summary>
    private static void Copy(string source, string target)
    {
        using FileStream from = File.OpenRead(source);
        using FileStream to = new(target, FileMode.CreateNew);
        from.CopyTo(to);
    }

    private static string? ChecksumOf(BundleManifest manifest, string name) => manifest.Files.FirstOrDefault(file => file.Path == name)?.Checksum;

    private static void Require(bool holds, string folder, string problem)
    {
        if (!holds)
        {
            throw new ArtifactException($"{folder}: the delta {problem}; export it again, or the whole bundle.");
        }
    }
}
