using System.Reflection;
using Taper.Embeddings.Storage;
using Taper.Models.Compact;
using Taper.Models.Onnx;

namespace Taper.Models;

/// <summary>Writes bundles.</summary>
public static class BundleWriter
{
    /// <summary>This program and its version.</summary>
    internal static string CreatedBy { get; } =
        $"taper {typeof(BundleWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>
    /// Writes a bundle. A bundle that stands at <paramref name="folder"/> is replaced once the new one is complete; when
    /// something goes wrong it stays.
    /// </summary>
    /// <param name="folder">The folder to make or replace.</param>
    /// <param name="content">The trained model.</param>
    /// <param name="precision">How the numbers of the embedding rows are stored.</param>
    /// <exception cref="ArgumentException">The parts of the model do not fit each other, or a number is not finite.</exception>
    /// <exception cref="ArtifactException">The folder cannot be written.</exception>
    public static void Write(string folder, BundleContent content, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(content);
        Check(content);
        List<CompactVocabulary> vocabularies = [.. content.Vocabularies.Select(v => new CompactVocabulary(content, v))];
        byte[] network = NetworkGraph.ToModel(content.Network);
        AtomicFolder.Write(folder, path =>
        {
            TensorFile.Write(Path.Combine(path, Bundle.KeysFile), vocabularies.SelectMany(vocabulary => vocabulary.KeyTensors()));
            TensorFile.Write(Path.Combine(path, Bundle.EmbeddingsFile), vocabularies.SelectMany(vocabulary => vocabulary.RowTensors(precision)));
            File.WriteAllBytes(Path.Combine(path, Bundle.NetworkFile), network);
            ManifestFile.Write(Path.Combine(path, BundleManifest.FileName), Manifest(path, content, vocabularies, precision));
        });
    }

    private static void Check(BundleContent content)
    {
        int dimension = content.Embeddings.Dimension;
        int embedded = content.Fields.Count(field => field.HasEmbedding);
        if (content.Network.Dimension != dimension
            || content.Network.Fields != embedded
            || content.Network.NumericInputs != content.Fields.Count - embedded)
        {
            throw new ArgumentException("The network's inputs are not those of the fields and embeddings.", nameof(content));
        }

        if (NetworkGraph.HasFirstOrder(content.Network.Type) != content.FirstOrder is not null)
        {
            throw new ArgumentException($"First-order weights and a network of type {content.Network.Type} do not go together.", nameof(content));
        }

        if (content.Kept is { } kept && (kept.Rows > content.Embeddings.Rows || kept.Dimension != dimension))
        {
            throw new ArgumentException($"The mask is {kept.Rows} × {kept.Dimension}, the embeddings {content.Embeddings.Rows} × {dimension}.", nameof(content));
        }

        if (content.Kept is not null && content.Vocabularies.Any(v => v.Shared is not null))
        {
            throw new ArgumentException("A mask of the embeddings and values that share rows do not go together.", nameof(content));
        }

        foreach (var field in content.Fields.Where(field => field.HasEmbedding))
        {
            if (content.Vocabularies.Count(v => v.Name == field.Vocabulary) != 1)
            {
                throw new ArgumentException($"There is not exactly one vocabulary '{field.Vocabulary}'.", nameof(content));
            }
        }
    }

    private static BundleManifest Manifest(
        string folder, BundleContent content, List<CompactVocabulary> vocabularies, Precision precision)
    {
        int dimension = content.Embeddings.Dimension;
        long kept = vocabularies.Sum(vocabulary => vocabulary.Entry.Sizes.Parameters);
        long masks = content.Kept is { } mask ? mask.RowBytes * vocabularies.Sum(vocabulary => vocabulary.KeepingRows) : 0;
        long scales = precision == Precision.Int8 ? (long)dimension * vocabularies.Count : 0;
        RowLayout layout = content.Kept is null ? RowLayout.Prefix : RowLayout.Masked;
        long shared = (long)dimension * vocabularies.Count(vocabulary => vocabulary.HasDefault);
        long projections = content.Network.ProjectionParameters;
        return new BundleManifest
        {
            FormatVersion = BundleManifest.VersionOf(precision, layout, [.. vocabularies.Select(vocabulary => vocabulary.Entry)]),
            CreatedBy = CreatedBy,
            Name = content.Name,
            Precision = precision,
            Layout = layout,
            Dimension = dimension,
            Network = content.Network.Type,
            Sizing = content.Sizing,
            Budget = content.Budget,
            Embedding = new BundleEmbedding(
                kept + shared + projections,
                dimension * vocabularies.Sum(vocabulary => (long)vocabulary.Entry.Sizes.Values),
                (kept * RowPacking.BytesOf(precision)) + ((shared + projections + scales) * sizeof(float)) + masks),
            Fields = content.Fields,
            Vocabularies = [.. vocabularies.Select(vocabulary => vocabulary.Entry)],
            Metrics = content.Metrics,
            Files = [.. new[] { Bundle.KeysFile, Bundle.EmbeddingsFile, Bundle.NetworkFile }.Select(name => BundleFile.In(folder, name))],
        };
    }
}
