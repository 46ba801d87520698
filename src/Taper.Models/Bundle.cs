using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;
using Taper.Models.Onnx;

namespace Taper.Models;

/// <summary>
/// A trained model in a folder of conventional formats: <c>manifest.json</c>, <c>keys.safetensors</c>,
/// <c>embeddings.safetensors</c> and <c>network.onnx</c>. Opened for reading; the embeddings are memory-mapped. Thread-safe.
/// </summary>
public sealed class Bundle : IDisposable
{
    internal const string KeysFile = "keys.safetensors";
    internal const string EmbeddingsFile = "embeddings.safetensors";
    internal const string NetworkFile = "network.onnx";

    private readonly BundleTensors? tensors;

    private Bundle(string folder, BundleManifest manifest, BundleTensors? tensors)
    {
        Folder = folder;
        Manifest = manifest;
        this.tensors = tensors;
        Tables = tensors is null ? [] : [.. manifest.Vocabularies.Select(entry => new CompactTable(tensors, entry, manifest))];
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What <c>manifest.json</c> says.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>The embeddings, one table for each vocabulary, in the manifest's order.</summary>
    public IReadOnlyList<CompactTable> Tables { get; }

    /// <summary>How its rows are packed where they lie one by one.</summary>
    internal PackedRow RowFormat =>
        new(Manifest.Precision, Manifest.Dimension, NetworkGraph.HasFirstOrder(Manifest.Network));

    /// <summary>The feature fields, in the order of the network's inputs.</summary>
    public IReadOnlyList<FeatureField> Fields => Manifest.Fields;

    /// <summary>The path of the dense network, an ONNX model.</summary>
    public string NetworkPath => Path.Combine(Folder, NetworkFile);

    /// <summary>Reads the weights of the dense network by name: see <see cref="NetworkDefinition.Weights"/>.</summary>
    /// <exception cref="ArtifactException">They cannot be read.</exception>
    public IReadOnlyDictionary<string, NetworkTensor> ReadNetworkWeights() =>
        OnnxWeights.Read(NetworkPath).Where(weight => weight.Key != NetworkGraph.Half).ToDictionary();

    /// <summary>Opens a bundle and checks every file against its checksum.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    public static Bundle Open(string folder)
    {
        BundleManifest manifest = ReadManifest(folder);
        Verify(folder, manifest, KeysFile, EmbeddingsFile, NetworkFile);
        BundleTensors tensors = BundleTensors.Open(folder);
        try
        {
            return new Bundle(folder, manifest, tensors);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>Opens a bundle whose rows lie elsewhere: it has no <see cref="Tables"/>.</summary>
    /// <exception cref="ArtifactException">Manifest or network is missing, damaged, altered, or of a newer version.</exception>
    internal static Bundle OpenWithoutRows(string folder)
    {
        BundleManifest manifest = ReadManifest(folder);
        Verify(folder, manifest, NetworkFile);
        return new Bundle(folder, manifest, null);
    }

    /// <summary>Whether a folder holds a bundle, with its rows or without.</summary>
    public static bool LiesIn(string folder) => File.Exists(Path.Combine(folder, BundleManifest.FileName));

    /// <summary>Whether a bundle's folder holds its rows too.</summary>
    internal static bool HasRows(string folder) => File.Exists(Path.Combine(folder, EmbeddingsFile));

    /// <summary>Whether it was opened with its rows.</summary>
    internal bool HasOwnRows => tensors is not null;

    /// <summary>The mapped tensor files.</summary>
    /// <exception cref="InvalidOperationException">It was opened without its rows.</exception>
    internal BundleTensors Tensors => tensors ?? throw new InvalidOperationException("The bundle was opened without its rows.");

    /// <summary>Reads a bundle's manifest and checks it.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    internal static BundleManifest ReadManifest(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, BundleManifest.FileName);
        if (!File.Exists(path))
        {
            throw new ArtifactException(BundleDelta.LiesIn(folder)
                ? $"{folder} is a delta, not a bundle; make one of it with `taper apply`, or put it beside the versions that it goes on from."
                : $"{folder} is no bundle: it has no {BundleManifest.FileName}; make one with export.");
        }

        return ReadManifestFile(path);
    }

    /// <summary>Reads a bundle's manifest wherever it lies, and checks it.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    internal static BundleManifest ReadManifestFile(string path)
    {
        BundleManifest manifest = ManifestFile.Read<BundleManifest>(path, BundleManifest.CurrentVersion, "export the bundle again");
        Check(manifest, path);
        return manifest;
    }

    /// <summary>The embeddings of a field that has some.</summary>
    public CompactTable TableOf(FeatureField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Tables.First(table => table.Name == field.Vocabulary);
    }

    /// <summary>
    /// Writes the bundle without its keys and embeddings, for servers that read them from a store. A bundle that stands there
    /// is replaced once the new one is complete.
    /// </summary>
    /// <param name="folder">The folder to make or replace.</param>
    /// <exception cref="ArtifactException">The folder cannot be written.</exception>
    public void CopyWithoutRows(string folder) => AtomicFolder.Write(folder, path =>
    {
        foreach (string name in new[] { NetworkFile, BundleManifest.FileName })
        {
            File.Copy(Path.Combine(Folder, name), Path.Combine(path, name));
        }
    });

    /// <summary>Unmaps the embeddings; tables must not be used from then on.</summary>
    public void Dispose() => tensors?.Dispose();

    private static void Verify(string folder, BundleManifest manifest, params string[] names)
    {
        foreach (string name in names)
        {
            BundleFile file = manifest.Files.FirstOrDefault(f => f.Path == name)
                ?? throw new ArtifactException($"{Path.Combine(folder, BundleManifest.FileName)} does not list {name}; export the bundle again.");
            Checksum.Verify(Path.Combine(folder, name), file.Checksum);
        }
    }

    private static void Check(BundleManifest manifest, string path)
    {
        Require(manifest.Dimension is > 0 and <= byte.MaxValue, "its dimension is not 1 to 255");
        Require(
            manifest.Precision != Precision.Int8 || manifest.FormatVersion >= BundleManifest.DimensionScalesVersion,
            "its int8 rows have a scale each, which Taper no longer reads");
        Require(manifest.Fields.Any(field => field.HasEmbedding), "it has no field with an embedding");
        Require(manifest.Vocabularies.Select(v => v.Name).Distinct().Count() == manifest.Vocabularies.Count, "a vocabulary appears twice");
        foreach (FeatureField field in manifest.Fields.Where(field => field.HasEmbedding))
        {
            Require(manifest.Vocabularies.Any(v => v.Name == field.Vocabulary), $"the field '{field.Name}' has no vocabulary");
        }

        foreach (BundleVocabularyEntry entry in manifest.Vocabularies)
        {
            int rows = entry.Sizes.Values;
            Require(
                rows >= BundleVocabulary.Reserved && (uint)entry.UnknownRow < (uint)rows && (uint)entry.MissingRow < (uint)rows,
                $"the vocabulary '{entry.Name}' names a row it does not have");
            Require(
                entry.Shared is null or { Rows: > 0, RowsOfValue: 1 or 2 },
                $"the vocabulary '{entry.Name}' has no rows that its values could share");
            Require(
                entry.Shared is null || manifest.Layout == RowLayout.Prefix,
                $"the vocabulary '{entry.Name}' shares rows that are masked");
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw new ArtifactException($"{path}: {problem}; export the bundle again.");
            }
        }
    }
}
