namespace Taper.Embeddings.Features;

/// <summary>
/// One feature field: what preparing a dataset and scoring raw rows must agree on. Immutable.
/// </summary>
public sealed record FeatureField
{
    /// <summary>The field's name, unique in its model.</summary>
    public required string Name { get; init; }

    /// <summary>The column of raw rows that holds the field. Default: <see cref="Name"/>.</summary>
    public string Column
    {
        get => field ?? Name;
        init;
    }

    /// <summary>How raw text is turned into what the model reads.</summary>
    public required FieldKind Kind { get; init; }

    /// <summary>
    /// The name of the vocabulary the field's values belong to. Default: <see cref="Name"/>, or empty for a
    /// numeric field; fields that share a vocabulary name it here.
    /// </summary>
    public string Vocabulary
    {
        get => field ?? (HasEmbedding ? Name : "");
        init;
    }

    /// <summary>What stands between the values of a multi-valued field. Default: <c>|</c>.</summary>
    public string Separator { get; init; } = "|";

    /// <summary>How the embeddings of a multi-valued field are pooled. Default: the mean.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>What is subtracted from a numeric field. Default: 0.</summary>
    public double Mean { get; init; }

    /// <summary>What a numeric field is divided by, after the subtraction; above 0. Default: 1.</summary>
    public double StandardDeviation { get; init; } = 1;

    /// <summary>Whether the field's values have embeddings: true for every kind but numeric.</summary>
    public bool HasEmbedding => Kind != FieldKind.Numeric;
}
