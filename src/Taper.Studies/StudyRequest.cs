namespace Taper.Studies;

/// <summary>Where and how a study is run.</summary>
public sealed record StudyRequest
{
    /// <summary>Folder of the study's files.</summary>
    public required string Folder { get; init; }

    /// <summary>Further results, whose runs are not repeated.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Runs at a time; null: as the study says.</summary>
    public int? Parallel { get; init; }

    /// <summary>Runs commands of taper.</summary>
    public required ITaperProcess Taper { get; init; }

    /// <summary>Tells the time; only for waiting.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
