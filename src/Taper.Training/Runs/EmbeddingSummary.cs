namespace Taper.Training.Runs;

/// <summary>What a model's embeddings take.</summary>
public sealed record EmbeddingSummary
{
    /// <summary>Parameters that are exported: the kept elements, and default rows where there are any.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters of the fixed-size table: rows × D.</summary>
    public required long FixedParameters { get; init; }

    /// <summary>Bytes of the exported parameters in 32-bit floats, and of the bits that say which elements of a row they are.</summary>
    public required long Bytes { get; init; }

    /// <summary>Mean kept size of a table row.</summary>
    public required double MeanSize { get; init; }

    /// <summary><see cref="Parameters"/> over <see cref="FixedParameters"/>.</summary>
    public double Ratio => (double)Parameters / FixedParameters;
}
