namespace Taper.Studies;

/// <summary>What a method came to on a dataset, with a network, at a budget: its finished runs summed up.</summary>
public sealed record SettingSummary
{
    /// <summary>Name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Share of the full table; null: none.</summary>
    public required double? Budget { get; init; }

    /// <summary>Test AUC of the bundles.</summary>
    public required Sample TestAuc { get; init; }

    /// <summary>Test logloss.</summary>
    public required Sample TestLogloss { get; init; }

    /// <summary>Validation AUC.</summary>
    public required Sample ValidationAuc { get; init; }

    /// <summary>Test AUC minus the baseline's; null of the baseline itself and where there is nothing to pair with.</summary>
    public PairedDifference? Difference { get; init; }

    /// <summary>Budget of the baseline that <see cref="Difference"/> is taken from.</summary>
    public double? BaselineBudget { get; init; }

    /// <summary>Most exported parameters of a run.</summary>
    public required long Parameters { get; init; }

    /// <summary><see cref="Parameters"/> over those of the method's full table.</summary>
    public required double Share { get; init; }

    /// <summary>Whether they exceed the budget.</summary>
    public bool IsOverBudget => Share > Budget + 1e-9;

    /// <summary>Mean bytes of embeddings and keys a feature value.</summary>
    public required double BytesPerValue { get; init; }

    /// <summary>Most bytes of table, optimizer state and sizer while training.</summary>
    public required long TrainingBytes { get; init; }

    /// <summary>Highest peak memory of a training process.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Mean seconds of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the search chose; empty without one.</summary>
    public required string Chosen { get; init; }

    /// <summary>Finished trials of the search.</summary>
    public required int Trials { get; init; }
}
