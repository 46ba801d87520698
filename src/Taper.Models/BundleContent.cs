using Taper.Embeddings;
using Taper.Embeddings.Features;

namespace Taper.Models;

/// <summary>A trained model as data: what <see cref="BundleWriter"/> makes a bundle of. Nothing in it is copied.</summary>
public sealed record BundleContent
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The feature fields, in the order of the network's inputs.</summary>
    public required IReadOnlyList<FeatureField> Fields { get; init; }

    /// <summary>The vocabularies that the fields name.</summary>
    public required IReadOnlyList<BundleVocabulary> Vocabularies { get; init; }

    /// <summary>The trained embeddings, D numbers a row; a row counts as far as it is kept.</summary>
    public required EmbeddingTable Embeddings { get; init; }

    /// <summary>The kept elements of each row, all others 0; null where a row keeps a prefix.</summary>
    public ElementMask? Kept { get; init; }

    /// <summary>The first-order weights, one for each row; null where the network has none.</summary>
    public EmbeddingTable? FirstOrder { get; init; }

    /// <summary>The dense network.</summary>
    public required NetworkDefinition Network { get; init; }

    /// <summary>How the sizes were decided, such as <c>amtl</c>.</summary>
    public required string Sizing { get; init; }

    /// <summary>The share of the fixed-size table that was allowed; null without a budget.</summary>
    public double? Budget { get; init; }

    /// <summary>What was measured, by split and metric: <c>test</c> → <c>auc</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, double>>();
}
