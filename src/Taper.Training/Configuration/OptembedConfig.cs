using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing.optembed:</c> section.</summary>
public sealed record OptembedConfig
{
    /// <summary>Weight α of Σ exp(−t), which raises the thresholds.</summary>
    [ConfigKey("weight of the sum of exp(-threshold) in the loss: the larger, the more rows are pruned", Min = 0, Max = 10)]
    public double Alpha { get; init; } = 3e-4;

    /// <summary>Candidates of a generation of the search for field sizes.</summary>
    [ConfigKey("candidates of a generation of the search for field sizes", Min = 2, Max = 1000)]
    public int Population { get; init; } = 20;

    /// <summary>Generations of the search; each candidate is measured on the validation split.</summary>
    [ConfigKey("generations of the search; each candidate is measured on the validation split", Min = 1, Max = 1000)]
    public int Generations { get; init; } = 10;

    /// <summary>Probability with which a mutation changes a field's size.</summary>
    [ConfigKey("probability with which a mutation changes a field's size", Min = 0.01, Max = 1)]
    public double Mutation { get; init; } = 0.1;
}
