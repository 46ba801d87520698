namespace Taper.Models;

/// <summary>What a delta's <c>delta.json</c> says. Immutable.</summary>
public sealed record DeltaManifest
{
    /// <summary>The newest format version this library reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The manifest's file name.</summary>
    public const string FileName = "delta.json";

    /// <summary>The version of the delta's layout.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The program that wrote it, and its version.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The <see cref="BundleManifest.ManifestChecksum"/> of the bundle that it changes.</summary>
    public required string Base { get; init; }

    /// <summary>The <see cref="BundleManifest.ManifestChecksum"/> of the bundle that it makes of that.</summary>
    public required string Result { get; init; }

    /// <summary>The bytes of the bundle that it makes.</summary>
    public required long ResultBytes { get; init; }

    /// <summary>What it changes, in the order of the result's vocabularies.</summary>
    public required IReadOnlyList<DeltaVocabulary> Vocabularies { get; init; }

    /// <summary>Every other file of the folder.</summary>
    public required IReadOnlyList<BundleFile> Files { get; init; }

    /// <summary>The checksum of all of the above; null before it is written.</summary>
    public string? ManifestChecksum { get; init; }
}
