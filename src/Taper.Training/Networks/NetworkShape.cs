namespace Taper.Training.Networks;

/// <summary>What a network is fed: how many embedded fields of which size, and how many numeric inputs.</summary>
/// <param name="Fields">Number of feature fields with an embedding.</param>
/// <param name="Dimension">Full embedding size, D.</param>
/// <param name="Numeric">Number of numeric fields.</param>
public sealed record NetworkShape(int Fields, int Dimension, int Numeric)
{
    /// <summary>How each embedded field is projected to D; empty where none is.</summary>
    public IReadOnlyList<ProjectedField> Projected { get; init; } = [];

    /// <summary>Width of concat(embeddings, numeric).</summary>
    public int Width => (Fields * Dimension) + Numeric;
}
