namespace Taper.Data.Synthetic;

/// <summary>Examples with a planted model: what to make. Immutable.</summary>
public sealed record SyntheticConfig
{
    /// <summary>Examples, 1 or more.</summary>
    public long Rows { get; init; } = 100_000;

    /// <summary>Feature values of each field; a field for each number, 2 or more fields.</summary>
    public IReadOnlyList<int> Vocabularies { get; init; } = [10_000, 10_000, 1_000, 1_000];

    /// <summary>Zipf's exponent: the k-th value of a field occurs in proportion to 1 / k^exponent. Above 0.</summary>
    public double Exponent { get; init; } = 1.05;

    /// <summary>Planted embedding size of the most frequent values, 1 to 64; that of the rarest is 1.</summary>
    public int Dimension { get; init; } = 16;

    /// <summary>Share of labels that are drawn at random, 0 to 1.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>The same seed and numbers give the same examples on every machine.</summary>
    public ulong Seed { get; init; } = 1;
}
