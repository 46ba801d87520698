using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Training.Interchange;

/// <summary>Folders of weights for other programs.</summary>
public static class WeightExport
{
    private const string ImportFile = "import.yaml";

    private static readonly string[] Endings = [".safetensors", ".npy", ".parquet"];

    /// <summary>Whether a folder holds what an export wrote, and nothing else: it may be replaced.</summary>
    public static bool IsAt(string folder)
    {
        string import = Path.Combine(folder, ImportFile);
        return File.Exists(import)
            && File.ReadLines(import).FirstOrDefault()?.StartsWith(ImportSection.Start, StringComparison.Ordinal) == true
            && Directory.EnumerateFileSystemEntries(folder).All(path => Path.GetFileName(path) == ImportFile || Endings.Contains(Path.GetExtension(path)));
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
            File.WriteAllText(Path.Combine(path, ImportFile), ImportSection.Of(run, model, layout));
        });
    }
}
