using Taper.Configuration;

namespace Taper.Data;

/// <summary>The <c>data</c> section of a configuration: raw files, label, fields and split. Immutable.</summary>
public sealed record DataConfig
{
    /// <summary>The dataset's name. Default: <c>dataset</c>.</summary>
    [ConfigKey("The dataset's name.")]
    public string Name { get; init; } = "dataset";

    /// <summary>The raw files, at least one. Without a query or a split by files the first one holds the examples.</summary>
    [ConfigKey("The raw files: name, path, and how to read them.")]
    public required IReadOnlyList<SourceConfig> Sources { get; init; }

    /// <summary>Sources whose columns are added to the examples. Default: none.</summary>
    [ConfigKey("Sources whose columns are added to the examples, matched by columns of the same name.")]
    public IReadOnlyList<JoinConfig> Joins { get; init; } = [];

    /// <summary>
    /// A SQL query (DuckDB's dialect) over the sources that yields the examples; in it, <c>examples</c> is the source
    /// of the examples. All columns are text: CAST before comparing numbers. As a query promises no order, its rows are
    /// sorted by their columns. Excludes <see cref="Joins"/>. Default: none.
    /// </summary>
    [ConfigKey("A SQL query over the sources that yields the examples; columns are text, CAST before comparing numbers.")]
    public string? Query { get; init; }

    /// <summary>
    /// A SQL expression over the columns that yields 0, 1, true or false; columns that hold numbers are numbers in it.
    /// Default: the column <c>label</c>.
    /// </summary>
    [ConfigKey("A SQL expression that yields 0 or 1, such as rating >= 4.")]
    public string Label { get; init; } = "label";

    /// <summary>The feature fields, at least one.</summary>
    [ConfigKey("The feature fields.")]
    public required IReadOnlyList<FieldConfig> Fields { get; init; }

    /// <summary>How examples are split; exactly one way.</summary>
    [ConfigKey("How examples are split: files, hash or time.")]
    public required SplitConfig Split { get; init; }

    /// <summary>
    /// What counts of an earlier dataset are multiplied with where this one goes on from it (<c>prepare --after</c>): values that fall
    /// below <c>min_count</c> are forgotten. Default: none, which forgets none.
    /// </summary>
    [ConfigKey("What counts of an earlier dataset are multiplied with (prepare --after); values that fall below min_count are forgotten.", Min = 0, Max = 1)]
    public double? CountDecay { get; init; }

    /// <summary>
    /// A value that occurred in the training of none of the last so many datasets that go on from each other, this one among them, is
    /// forgotten; one that comes back is new. Default: none, which forgets none.
    /// </summary>
    [ConfigKey("A value that was in the training of none of the last so many datasets, this one among them, is forgotten (prepare --after).", Min = 1)]
    public int? MaxAge { get; init; }

    /// <summary>
    /// Lets values that are below <c>min_count</c>, or beyond <c>max_vocabulary</c>, wait beside the vocabulary with their counts, so that
    /// they enter when those of several datasets that go on from each other suffice. Default: none, which forgets them with each dataset.
    /// </summary>
    [ConfigKey("exact or sketch: how counts of values below min_count are kept, so that they add up over datasets (prepare --after); null: not at all.")]
    public Admission? Admission { get; init; }

    /// <summary>Bytes that the sketch of each vocabulary takes, rounded down to a power of two. Default: 16 MiB.</summary>
    [ConfigKey("With admission: sketch, the bytes of each vocabulary's sketch, rounded down to a power of two; null: 16777216.", Min = 1024, Max = 1 << 30)]
    public int? SketchBytes { get; init; }

    /// <summary>
    /// Memory that preparing uses for rows before it spills to disk beside the output; distinct values come on top.
    /// Default: <c>2GB</c>.
    /// </summary>
    [ConfigKey("Memory that preparing uses before it spills to disk beside the output, such as 2GB.")]
    public string MemoryLimit { get; init; } = "2GB";

    /// <summary>Threads that preparing uses; 0, the default, for one per core. Does not change the output.</summary>
    [ConfigKey("Threads that preparing uses; 0 for one per core.", Min = 0, Max = 1024)]
    public int Threads { get; init; }
}
