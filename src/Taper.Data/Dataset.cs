using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>
/// A prepared dataset, opened for reading. Its columns are memory-mapped and valid until it is disposed. Reading is
/// thread-safe.
/// </summary>
public sealed class Dataset : IDisposable
{
    private readonly Dictionary<string, Examples> splits = new(StringComparer.Ordinal);

    private Dataset(string folder, DatasetManifest manifest, string fingerprint)
    {
        Folder = folder;
        Manifest = manifest;
        Fingerprint = fingerprint;
        List<Vocabulary> vocabularies = [];
        foreach (VocabularyEntry entry in manifest.Vocabularies)
        {
            vocabularies.Add(new Vocabulary(entry, TableRows, folder));
            TableRows = checked(TableRows + entry.Size);
        }

        Vocabularies = vocabularies;
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What <c>dataset.json</c> says.</summary>
    public DatasetManifest Manifest { get; }

    /// <summary>The feature fields, in order.</summary>
    public IReadOnlyList<FeatureField> Fields => Manifest.Fields;

    /// <summary>The vocabularies; fields name theirs.</summary>
    public IReadOnlyList<Vocabulary> Vocabularies { get; }

    /// <summary>The rows of the table that holds all vocabularies back to back: the sum of their sizes.</summary>
    public int TableRows { get; }

    /// <summary>The checksum of <c>dataset.json</c>, which holds those of all files: equal for equal datasets only.</summary>
    public string Fingerprint { get; }

    /// <summary>The names of the splits there are, training first.</summary>
    public IEnumerable<string> SplitNames => Manifest.Splits.Select(split => split.Name);

    /// <summary>Opens a dataset and checks every file against its checksum.</summary>
    /// <exception cref="ArtifactException">It is missing, damaged, altered, or of a newer version.</exception>
    public static Dataset Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            return Verified(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"{folder} could not be read ({e.Message.ReplaceLineEndings(" ")}); mend that or prepare the dataset again.", e);
        }
    }

    /// <summary>The examples of a split.</summary>
    /// <exception cref="ArtifactException">The dataset has no such split.</exception>
    public Examples Split(string name) => splits.TryGetValue(name, out Examples? examples)
        ? examples
        : throw new ArtifactException($"{Folder} has no {name} split, only {string.Join(", ", SplitNames)}; prepare it with one.");

    /// <summary>The vocabulary of a field that has one.</summary>
    public Vocabulary VocabularyOf(FeatureField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Vocabularies.First(vocabulary => vocabulary.Name == field.Vocabulary);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Examples split in splits.Values)
        {
            split.Dispose();
        }
    }

    private static Dataset Verified(string folder)
    {
        string path = Path.Combine(folder, DatasetManifest.FileName);
        if (!File.Exists(path))
        {
            throw new ArtifactException($"{folder} is no dataset folder: it has no {DatasetManifest.FileName}; make one with prepare.");
        }

        DatasetManifest manifest = ManifestFile.Read<DatasetManifest>(path, DatasetManifest.CurrentVersion, "prepare the dataset again");
        foreach (FileEntry file in manifest.Files)
        {
            Checksum.Verify(Path.Combine(folder, file.Path), file.Checksum);
        }

        Dataset dataset = new(folder, manifest, Checksum.OfFile(path));
        try
        {
            foreach (SplitSummary split in manifest.Splits)
            {
                dataset.splits.Add(split.Name, new Examples(split, manifest, dataset.Vocabularies, folder));
            }
        }
        catch
        {
            dataset.Dispose();
            throw;
        }

        return dataset;
    }
}
