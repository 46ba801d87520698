using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>What <c>dataset.json</c> says. Immutable.</summary>
public sealed record DatasetManifest
{
    /// <summary>The newest format version this library reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The manifest's file name.</summary>
    public const string FileName = "dataset.json";

    /// <summary>The version of the folder's layout.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>The fields, in order.</summary>
    public required IReadOnlyList<FeatureField> Fields { get; init; }

    /// <summary>For each field the name its files start with, in each split's folder.</summary>
    public required IReadOnlyList<string> FieldFiles { get; init; }

    /// <summary>The vocabularies, in the order of their rows in the concatenated table.</summary>
    public required IReadOnlyList<VocabularyEntry> Vocabularies { get; init; }

    /// <summary>The splits, training first.</summary>
    public required IReadOnlyList<SplitSummary> Splits { get; init; }

    /// <summary>What each field holds.</summary>
    public required IReadOnlyList<FieldSummary> FieldSummaries { get; init; }

    /// <summary>
    /// The configuration it was prepared with. Paths are file names alone and what depends on the machine has its
    /// default, so that the same data gives the same manifest everywhere.
    /// </summary>
    public required DataConfig Config { get; init; }

    /// <summary>The fingerprint of the dataset whose counts and standardisation it goes on from; null where it begins.</summary>
    public string? After { get; init; }

    /// <summary>Every other file of the folder.</summary>
    public required IReadOnlyList<FileEntry> Files { get; init; }

    /// <summary>The summary for people.</summary>
    public DatasetSummary Summarize() => new(Name, Splits, FieldSummaries);
}
