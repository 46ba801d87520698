using Taper.Configuration;

namespace Taper.Data;

/// <summary>One raw source: a file, or several of the same layout.</summary>
public sealed record SourceConfig
{
    /// <summary>What the rest of the configuration calls it.</summary>
    [ConfigKey("What the rest of the configuration calls it.")]
    public required string Name { get; init; }

    /// <summary>A path or a pattern with * and ?; relative paths start at the configuration's folder.</summary>
    [ConfigKey("A path, or a pattern with * and ?; relative paths start at the configuration's folder.")]
    public required string Path { get; init; }

    /// <summary>The layout. Default: told from the file's ending.</summary>
    [ConfigKey("auto, csv, tsv, parquet or libsvm; auto goes by the file's ending.")]
    public SourceFormat Format { get; init; }

    /// <summary>What stands between columns. Default: a comma, or a tab for tsv.</summary>
    [ConfigKey("What stands between the columns of a text file.")]
    public string? Delimiter { get; init; }

    /// <summary>What encloses a value that holds the delimiter; empty for nothing. Default: <c>"</c>.</summary>
    [ConfigKey("What encloses a value that holds the delimiter; empty for nothing.")]
    public string Quote { get; init; } = "\"";

    /// <summary>The column names of a text file without a header line. Default: the header has them.</summary>
    [ConfigKey("The column names of a text file that has no header line.")]
    public IReadOnlyList<string> Columns { get; init; } = [];
}
