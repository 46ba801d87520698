using Taper.Models;

namespace Taper.Studies.Planning;

/// <summary>A run of the study, ready to be done.</summary>
internal sealed record PlannedRun
{
    public required RunName Name { get; init; }

    /// <summary>Its config, every default filled in.</summary>
    public required string ConfigYaml { get; init; }

    /// <summary>What the search chose, in words; empty without one.</summary>
    public required string Chosen { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Hash of what decides its result; null while the dataset is not prepared.</summary>
    public required string? Hash { get; init; }
}
