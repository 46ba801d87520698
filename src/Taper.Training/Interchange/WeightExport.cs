using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Training.Interchange;

/// <summary>Folders of weights for other programs.</summary>
public static class WeightExport
{
    private const string ImportFile = "import.yaml";

    private const string FilesComment = "# Files of this export: ";

    /// <summary>Whether a folder holds what an export wrote, and nothing else: it may be replaced.</summary>
    public static bool IsAt(string folder)
    {
        string import = Path.Combine(folder, ImportFile);
        return File.Exists(import)
            && File.ReadLines(import).FirstOrDefault()?.StartsWith(ImportSection.Start, StringComparison.Ordinal) == true
            && File.ReadLines(import).Last() is string last && last.StartsWith(FilesComment, StringComparison.Ordinal)
            && NamesIn(folder).All(name => name == ImportFile || last[FilesComment.Length..].Split(", ").Contains(name));
    }

    internal static void Write(string folder, TrainedRun run, WeightFormat format, CancellationToken cancellation)
    {
        ExportedModel model = ExportedModel.Of(run);
        IWeightLayout layout = format switch
        {
            WeightFormat.Npy => new NpyLayout(),
            WeightFormat.Parquet => new ParquetLayout(),
            _ => new SafetensorsLayout(),
        };
        AtomicFolder.Write(folder, path =>
        {
            layout.Write(path, model, cancellation);
            string files = string.Join(", ", NamesIn(path)); // before import.yaml is one of them
            File.WriteAllText(Path.Combine(path, ImportFile), $"{ImportSection.Of(run, model, layout).TrimEnd('\n')}\n{FilesComment}{files}\n");
        });
    }

    private static IEnumerable<string> NamesIn(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
