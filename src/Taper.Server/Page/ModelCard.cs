using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Server.Repository;

namespace Taper.Server.Page;

/// <summary>What does not change while a version is served: what its manifest says, and an example to start from.</summary>
internal sealed record ModelCard
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The version's number.</summary>
    public required long Version { get; init; }

    /// <summary>When it was loaded.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The program that wrote the bundle.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The dense network's type.</summary>
    public required string Network { get; init; }

    /// <summary>How the sizes were decided.</summary>
    public required string Sizing { get; init; }

    /// <summary>The share of the fixed-size table that was allowed; null without a budget.</summary>
    public double? Budget { get; init; }

    /// <summary>How the numbers of the embeddings are stored.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The full width of an embedding, D.</summary>
    public required int Dimension { get; init; }

    /// <summary>What all embeddings take.</summary>
    public required MemoryCard Embedding { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long BundleBytes { get; init; }

    /// <summary>What was measured in training, by split and metric.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }

    /// <summary>The fields, in the network's order.</summary>
    public required IReadOnlyList<FieldCard> Fields { get; init; }

    /// <summary>The vocabularies.</summary>
    public required IReadOnlyList<VocabularyCard> Vocabularies { get; init; }

    /// <summary>The card of a version, on which the caller has a lease.</summary>
    public static ModelCard Of(ModelVersion version)
    {
        BundleManifest manifest = version.Manifest;
        int numberBytes = BytesOf(manifest.Precision);
        return new ModelCard
        {
            Model = version.Model,
            Version = version.Version,
            Since = version.LoadedAt,
            CreatedBy = manifest.CreatedBy,
            Network = manifest.Network,
            Sizing = manifest.Sizing,
            Budget = manifest.Budget,
            Precision = manifest.Precision,
            Dimension = manifest.Dimension,
            Embedding = new MemoryCard(manifest.Embedding.Bytes, manifest.Embedding.FixedParameters * numberBytes),
            BundleBytes = manifest.Files.Sum(file => file.Bytes),
            Metrics = manifest.Metrics,
            Fields = [.. manifest.Fields.Select(field => FieldCard.Of(field, version.Scorer.Bundle))],
            Vocabularies = [.. manifest.Vocabularies.Select(entry => VocabularyCard.Of(entry, manifest, numberBytes))],
        };
    }

    private static int BytesOf(Precision precision) => precision switch
    {
        Precision.Fp32 => 4,
        Precision.Fp16 => 2,
        _ => 1,
    };
}

/// <summary>Bytes of embeddings, and of the fixed-size table at the same precision.</summary>
internal sealed record MemoryCard(long Bytes, long FixedBytes);

/// <summary>A vocabulary: who uses it, what it takes, and the kept sizes by frequency.</summary>
internal sealed record VocabularyCard(string Name, IReadOnlyList<string> Fields, int Values, double MeanSize, MemoryCard Embedding)
{
    /// <summary>Tenths of the values by descending frequency.</summary>
    public required IReadOnlyList<FrequencyDecile> ByFrequency { get; init; }

    /// <summary>The card of a vocabulary.</summary>
    public static VocabularyCard Of(BundleVocabularyEntry entry, BundleManifest manifest, int numberBytes) => new(
        entry.Name,
        [.. manifest.Fields.Where(field => field.HasEmbedding && field.Vocabulary == entry.Name).Select(field => field.Name)],
        entry.Sizes.Values,
        entry.Sizes.MeanSize,
        new MemoryCard(entry.Sizes.Parameters * numberBytes, (long)entry.Sizes.Values * manifest.Dimension * numberBytes))
    {
        ByFrequency = entry.Sizes.ByFrequency,
    };
}

/// <summary>A field: what its input looks like.</summary>
internal sealed record FieldCard(string Name, FieldKind Kind, string Separator, string Example)
{
    /// <summary>The card of a field.</summary>
    public static FieldCard Of(FeatureField field, Bundle bundle) =>
        new(field.Name, field.Kind, field.Separator, ExampleValue.Of(field, field.HasEmbedding && bundle.Tables.Count > 0 ? bundle.TableOf(field) : null));
}
