namespace Taper.Training.Runs;

/// <summary>Kept sizes of one vocabulary's values.</summary>
public sealed record VocabularySizes
{
    /// <summary>Name of the vocabulary.</summary>
    public required string Name { get; init; }

    /// <summary>Training count of each row; rows 0 and 1 are unknown and missing values.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>Kept embedding size of each row.</summary>
    public required IReadOnlyList<byte> Sizes { get; init; }
}
