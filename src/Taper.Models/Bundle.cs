using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;

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

    private readonly BundleTensors tensors;

    private Bundle(string folder, BundleManifest manifest, BundleTensors tensors)
    {
        Folder = folder;
        Manifest = manifest;
        this.tensors = tensors;
        Tables = [.. manifest.Vocabularies.Select(entry => new CompactTable(tensors, entry, manifest))];
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What <c>manifest.json</c> says.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>The embeddings, one table for each vocabulary, in the manifest's order.</summary>
    public IReadOnlyList<CompactTable> Tables { get; }

    /// <summary>The feature fields, in the order of the network's inputs.</summary>
    public IReadOnlyList<FeatureField> Fields => Manifest.Fields;

    /// <summary>The path of the dense network, an ONNX model.</summary>
    public string NetworkPath => Path.Combine(Folder, NetworkFile);

    /// <summary>Opens a bundle and checks every file against its checksum.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    public static Bundle Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, BundleManifest.FileName);
        if (!File.Exists(path))
        {
            throw new ArtifactException($"{folder} is no bundle: it has no {BundleManifest.FileName}; make one with export.");
        }

        BundleManifest manifest = ManifestFile.Read<BundleManifest>(path, BundleManifest.CurrentVersion, "export the bundle again");
        Check(manifest, path);
        foreach (string name in new[] { KeysFile, EmbeddingsFile, NetworkFile })
        {
            BundleFile file = manifest.Files.FirstOrDefault(f => f.Path == name)
                ?? throw new ArtifactException($"{path} does not list {name}; export the bundle again.");
            Checksum.Verify(Path.Combine(folder, name), file.Checksum);
        }

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

    /// <summary>The embeddings of a field that has some.</summary>
    public CompactTable TableOf(FeatureField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Tables.First(table => table.Name == field.Vocabulary);
    }

    /// <summary>Unmaps the embeddings; tables must not be used from then on.</summary>
    public void Dispose() => tensors.Dispose();

    private static void Check(BundleManifest manifest, string path)
    {
        Require(manifest.Dimension is > 0 and <= byte.MaxValue, "its dimension is not 1 to 255");
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
