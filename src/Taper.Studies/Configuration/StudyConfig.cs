using Taper.Configuration;

namespace Taper.Studies;

/// <summary>A study as its YAML file says it: datasets × networks × methods × budgets × seeds.</summary>
public sealed record StudyConfig
{
    /// <summary>Title of the report; empty: the file's name.</summary>
    [ConfigKey("title of the report; empty: the file's name")]
    public string Name { get; init; } = "";

    /// <summary>The datasets by name.</summary>
    [ConfigKey("the datasets by name")]
    public required IReadOnlyDictionary<string, StudyDataset> Datasets { get; init; }

    /// <summary>Keys of a run's config that every run has.</summary>
    [ConfigKey("keys of a run's config and their values, for every run")]
    public IReadOnlyDictionary<string, ConfigText> Set { get; init; } = new Dictionary<string, ConfigText>();

    /// <summary>The networks by name; empty: one, as the config says.</summary>
    [ConfigKey("the networks by name; empty: one, as the config says")]
    public IReadOnlyDictionary<string, StudyNetwork> Networks { get; init; } = new Dictionary<string, StudyNetwork>();

    /// <summary>The sizing methods by name.</summary>
    [ConfigKey("the methods by name")]
    public required IReadOnlyDictionary<string, StudyMethod> Methods { get; init; }

    /// <summary>Shares of the full table that the exported parameters may take; empty: no budget.</summary>
    [ConfigKey("shares of the full table that the exported parameters may take; empty: each method once, without a budget", Min = 0.001, Max = 1)]
    public IReadOnlyList<double> Budgets { get; init; } = [];

    /// <summary>The seeds of each setting's runs.</summary>
    [ConfigKey("seeds of each setting's runs")]
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>The method that differences are taken from; null: amtl, or the first.</summary>
    [ConfigKey("method that differences are taken from; null: amtl, or the first")]
    public string? Baseline { get; init; }

    /// <summary>How hyper-parameters are chosen; null: they are as the file says.</summary>
    [ConfigKey("how hyper-parameters are chosen, on validation; null: they are as written")]
    public StudySearch? Search { get; init; }

    /// <summary>Runs that go on at a time.</summary>
    [ConfigKey("runs at a time", Min = 1, Max = 1024)]
    public int Parallel { get; init; } = 1;

    /// <summary>Threads of each run; 0: one a core.</summary>
    [ConfigKey("threads of each run; 0: one a core", Min = 0, Max = 1024)]
    public int Threads { get; init; }
}
