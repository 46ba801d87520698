using Taper.Configuration;
using Taper.Data.Duck;

namespace Taper.Data.Sources;

/// <summary>An opened source: its files, its columns, and the SQL that reads them as text.</summary>
internal abstract class Source(string name, IReadOnlyList<string> files)
{
    /// <summary>What the configuration calls it.</summary>
    public string Name { get; } = name;

    /// <summary>The full paths of its files, in the order they are read.</summary>
    public IReadOnlyList<string> Files { get; } = files;

    /// <summary>The names of its columns, in order.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>A SELECT of the given columns, all text, in the order of the rows; every name is one of <see cref="Columns"/>.</summary>
    public abstract string Select(IEnumerable<string> columns);

    /// <summary>A SELECT of file and rows: how many rows each file has.</summary>
    public abstract string CountByFile();

    /// <summary>The file as a person would look for it.</summary>
    public string Title => Files.Count == 1 ? Files[0] : $"source {Name} ({Files[0]} and {Files.Count - 1} more)";

    /// <summary>Opens a source and reads its columns.</summary>
    /// <param name="config">The source.</param>
    /// <param name="files">Those of its files that are to be read, at least one.</param>
    /// <param name="first">The first of all its files, whose columns all of them have.</param>
    /// <param name="database">Reads them.</param>
    /// <exception cref="DataException">A file is empty, or has no proper header.</exception>
    /// <exception cref="ConfigException">Its layout cannot be told.</exception>
    public static Source Open(SourceConfig config, IReadOnlyList<string> files, string first, Database database)
    {
        if (files.Prepend(first).FirstOrDefault(file => new FileInfo(file).Length == 0) is { } empty)
        {
            throw new DataException($"{empty} is empty; it needs a header line and rows.");
        }

        return FormatOf(config) switch
        {
            SourceFormat.Parquet => new ParquetSource(config.Name, files, first, database),
            SourceFormat.Libsvm => new LibsvmSource(config.Name, files, first, database),
            SourceFormat.Tsv => new DelimitedSource(config with { Delimiter = config.Delimiter ?? "\t" }, files, first, database),
            _ => new DelimitedSource(config, files, first, database),
        };
    }

    /// <summary>Opens all files of a source and reads its columns.</summary>
    /// <exception cref="DataException">A file is missing, empty, or has no proper header.</exception>
    /// <exception cref="ConfigException">Its layout cannot be told.</exception>
    public static Source OpenAll(SourceConfig config, string baseFolder, Database database)
    {
        IReadOnlyList<string> files = SourceFiles.Find(config.Path, baseFolder);
        return Open(config, files, files[0], database);
    }

    /// <summary>Whether two column names mean the same column: SQL does not tell upper from lower case.</summary>
    public static bool SameColumn(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static SourceFormat FormatOf(SourceConfig config)
    {
        if (config.Format != SourceFormat.Auto)
        {
            return config.Format;
        }

        string path = config.Path.ToLowerInvariant();
        foreach (string compressed in (string[])[".gz", ".zst"])
        {
            path = path.EndsWith(compressed, StringComparison.Ordinal) ? path[..^compressed.Length] : path;
        }

        return Path.GetExtension(path) switch
        {
            ".csv" => SourceFormat.Csv,
            ".tsv" or ".tab" => SourceFormat.Tsv,
            ".parquet" or ".pq" => SourceFormat.Parquet,
            ".libsvm" or ".svm" or ".libfm" => SourceFormat.Libsvm,
            _ when config.Delimiter is not null => SourceFormat.Csv,
            _ => throw new ConfigException(
                $"data.sources: the layout of {config.Path} cannot be told from its ending; give source {config.Name} a format (csv, tsv, parquet or libsvm)."),
        };
    }
}
