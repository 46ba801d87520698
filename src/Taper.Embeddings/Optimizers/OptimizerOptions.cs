namespace Taper.Embeddings.Optimizers;

/// <summary>What an optimizer is made with. Immutable; checked when the optimizer is made.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The learning rate; finite, 0 or more. Default: 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>The L2 weight λ: λ · e is added to the gradient. Finite, 0 or more. Default: 0.</summary>
    public float L2 { get; init; }

    /// <summary>Adam's decay of the first moment, in [0, 1). Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's decay of the second moment, in [0, 1). Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the divisor; finite, 0 or more. Default: 1e-8 for Adam, 1e-10 for Adagrad.</summary>
    public float? Epsilon { get; init; }

    /// <summary>What Adagrad's sums of squares start from; finite, 0 or more. Default: 0.</summary>
    public float InitialAccumulator { get; init; }

    internal void Check()
    {
        AtLeastZero(LearningRate, nameof(LearningRate));
        AtLeastZero(L2, nameof(L2));
        AtLeastZero(Epsilon ?? 0, nameof(Epsilon));
        AtLeastZero(InitialAccumulator, nameof(InitialAccumulator));
        BelowOne(Beta1, nameof(Beta1));
        BelowOne(Beta2, nameof(Beta2));
    }

    internal static void AtLeastZero(float value, string name)
    {
        if (!(value >= 0 && float.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "It must be finite and 0 or more.");
        }
    }

    private static void BelowOne(double value, string name)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "It must be at least 0 and below 1.");
        }
    }
}
