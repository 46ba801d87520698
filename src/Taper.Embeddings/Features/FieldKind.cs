namespace Taper.Embeddings.Features;

/// <summary>How the raw text of a feature field becomes what the model reads.</summary>
public enum FieldKind
{
    /// <summary>One value of a vocabulary per example.</summary>
    Categorical,

    /// <summary>Any number of values of a vocabulary per example, pooled into one embedding.</summary>
    MultiValued,

    /// <summary>A number, cut into logarithmic buckets (<see cref="LogBucket"/>); the bucket is a categorical value.</summary>
    Bucketed,

    /// <summary>A number, standardised and fed to the network directly; it has no embedding.</summary>
    Numeric,
}
