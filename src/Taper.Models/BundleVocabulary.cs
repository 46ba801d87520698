using Taper.Embeddings.Features;

namespace Taper.Models;

/// <summary>One vocabulary of a trained model. Id 0 stands for unknown values, id 1 for missing ones.</summary>
public sealed record BundleVocabulary
{
    /// <summary>The id of values that are not in the vocabulary.</summary>
    public const int Unknown = 0;

    /// <summary>The id of a missing value.</summary>
    public const int Missing = 1;

    /// <summary>How many ids stand for no value of their own.</summary>
    public const int Reserved = 2;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The text of each id; those of the reserved ids do not count. Visited once or a few times, never held.</summary>
    public required FeatureValues Values { get; init; }

    /// <summary>The training count of each id.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>The kept size of each id, 0 to D.</summary>
    public required IReadOnlyList<byte> Sizes { get; init; }

    /// <summary>The table row of id 0; the others follow. Where rows are shared, of its first-order weights alone.</summary>
    public required int FirstRow { get; init; }

    /// <summary>The rows that its values are made of, where they share rows; null where each has one of its own.</summary>
    public SharedRows? Shared { get; init; }

    /// <summary>The table row that values of size 0 share; null where there are none, or where they are 0.</summary>
    public int? DefaultRow { get; init; }
}
