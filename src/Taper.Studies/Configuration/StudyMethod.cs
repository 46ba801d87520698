using Taper.Configuration;
using Taper.Models;

namespace Taper.Studies;

/// <summary>A sizing method of a study, with its settings.</summary>
public sealed record StudyMethod
{
    /// <summary>Keys of a run's config with this method.</summary>
    [ConfigKey("keys of a run's config with this method")]
    public IReadOnlyDictionary<string, ConfigText> Set { get; init; } = new Dictionary<string, ConfigText>();

    /// <summary>Numbers of the exported rows.</summary>
    [ConfigKey("numbers of the exported rows: fp32, fp16 or int8")]
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Budgets of this method; null: the dataset's.</summary>
    [ConfigKey("budgets of this method, empty: one run without; null: the dataset's", Min = 0.001, Max = 1)]
    public IReadOnlyList<double>? Budgets { get; init; }

    /// <summary>More keys on some datasets.</summary>
    [ConfigKey("dataset names, and the keys that differ there")]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ConfigText>> ByDataset { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, ConfigText>>();

    /// <summary>More keys at some budgets.</summary>
    [ConfigKey("budgets, and the keys that differ there")]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ConfigText>> ByBudget { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, ConfigText>>();

    /// <summary>The datasets it runs on; empty: all.</summary>
    [ConfigKey("datasets it runs on; empty: all")]
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>What the search varies for this method, beside the study's; null: nothing else.</summary>
    [ConfigKey("what the search varies for this method, beside the study's space; null: nothing else")]
    public SearchSpace? Search { get; init; }
}
