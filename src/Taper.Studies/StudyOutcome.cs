namespace Taper.Studies;

/// <summary>What a study has come to so far.</summary>
public sealed record StudyOutcome
{
    /// <summary>Its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>What was found, a dataset and network each.</summary>
    public required IReadOnlyList<ComparedDataset> Datasets { get; init; }

    /// <summary>Runs, trials among them.</summary>
    public required int Runs { get; init; }

    /// <summary>Those that are finished.</summary>
    public required int Finished { get; init; }

    /// <summary>Those that failed this time.</summary>
    public required IReadOnlyList<RunFailure> Failures { get; init; }

    /// <summary>Files that were written: tables, plots, report.</summary>
    public required IReadOnlyList<string> Files { get; init; }
}
