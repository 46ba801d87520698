namespace Taper.Embeddings.Features;

/// <summary>How the embeddings of a multi-valued field become one.</summary>
public enum Pooling
{
    /// <summary>The sum of the values' embeddings.</summary>
    Sum,

    /// <summary>Their sum divided by the number of values; zero when there are none.</summary>
    Mean,
}
