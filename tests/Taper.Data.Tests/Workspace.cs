using System.IO.Compression;
using System.Text;

namespace Taper.Data.Tests;

/// <summary>A temporary folder with raw files, a configuration to vary, and datasets made from them.</summary>
public sealed class Workspace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("taper-data-").FullName;

    public string Out => Path.Combine(Folder, "out");

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(text) : Encoding.UTF8.GetBytes(text));
        return path;
    }

    public DatasetSummary Build(DataConfig config, string? outFolder = null) =>
        DatasetBuilder.Build(config, Folder, outFolder ?? Out, cancellation: TestContext.Current.CancellationToken);

    public Dataset BuildAndOpen(DataConfig config)
    {
        Build(config);
        return Dataset.Open(Out);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Train and validation of the same file, so that small files always have what a split needs.</summary>
    public static DataConfig OneFile(string path, params FieldConfig[] fields) => new()
    {
        Sources = [new SourceConfig { Name = "all", Path = path }],
        Fields = fields,
        Split = new SplitConfig { Files = new FilesSplit { Train = "all" } },
    };

    /// <summary>The checksums of all files of a folder.</summary>
    public static IReadOnlyList<string> Bytes(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(folder, file)} {Taper.Embeddings.Storage.Checksum.OfFile(file)}")];

    private static byte[] Gzip(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream gzip = new(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
