using Taper.Embeddings.Features;

namespace Taper.Models;

/// <summary>What a bundle's <c>manifest.json</c> says. Immutable.</summary>
public sealed record BundleManifest
{
    /// <summary>The newest format version this library reads.</summary>
    public const int CurrentVersion = 3;

    /// <summary>The first version in which int8 has a scale for each dimension, and rows that keep nothing have no mask.</summary>
    internal const int DimensionScalesVersion = 3;

    /// <summary>The version that a model needs: what any reader knows is written as it always was.</summary>
    internal static int VersionOf(Precision precision, RowLayout layout, IReadOnlyList<BundleVocabularyEntry> vocabularies)
    {
        bool hasBareRows = layout == RowLayout.Masked && vocabularies.Any(entry => entry.Sizes.Histogram[0] > 0);
        if (precision == Precision.Int8 || hasBareRows)
        {
            return DimensionScalesVersion;
        }

        return layout == RowLayout.Prefix && vocabularies.All(entry => entry.Shared is null) ? 1 : 2;
    }

    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of the bundle's layout.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The program that wrote the bundle, and its version.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>How the numbers of the embedding rows are stored.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Which numbers of a row are there.</summary>
    public RowLayout Layout { get; init; }

    /// <summary>The full width of an embedding, D.</summary>
    public required int Dimension { get; init; }

    /// <summary>The dense network's type, such as <c>dnn</c>.</summary>
    public required string Network { get; init; }

    /// <summary>How the sizes were decided, such as <c>amtl</c>.</summary>
    public required string Sizing { get; init; }

    /// <summary>The share of the fixed-size table that was allowed; null without a budget.</summary>
    public double? Budget { get; init; }

    /// <summary>What the embeddings take.</summary>
    public required BundleEmbedding Embedding { get; init; }

    /// <summary>The feature fields, in the order of the network's inputs.</summary>
    public required IReadOnlyList<FeatureField> Fields { get; init; }

    /// <summary>The vocabularies.</summary>
    public required IReadOnlyList<BundleVocabularyEntry> Vocabularies { get; init; }

    /// <summary>What was measured when the model was trained, by split and metric.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }

    /// <summary>Every other file of the folder.</summary>
    public required IReadOnlyList<BundleFile> Files { get; init; }

    /// <summary>The checksum of all of the above, which names this version of the model; null before it is written.</summary>
    public string? ManifestChecksum { get; init; }
}
