using Taper.Configuration;

namespace Taper.Studies;

/// <summary>A dataset of a study: raw data to prepare once, or a folder that is prepared.</summary>
public sealed record StudyDataset
{
    /// <summary>A config whose data section is prepared; its other sections are what runs on this dataset start from.</summary>
    [ConfigKey("config file whose data section is prepared; its other sections are what runs start from")]
    public string? Config { get; init; }

    /// <summary>A dataset folder.</summary>
    [ConfigKey("dataset folder that taper prepare made, instead")]
    public string? Dataset { get; init; }

    /// <summary>Keys of a run's config on this dataset; those of the data section are for preparing it.</summary>
    [ConfigKey("keys of a run's config on this dataset, or of its data section")]
    public IReadOnlyDictionary<string, ConfigText> Set { get; init; } = new Dictionary<string, ConfigText>();

    /// <summary>Budgets on this dataset; null: the study's.</summary>
    [ConfigKey("budgets on this dataset; null: the study's", Min = 0.001, Max = 1)]
    public IReadOnlyList<double>? Budgets { get; init; }
}
