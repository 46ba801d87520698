using Taper.Configuration;
using Taper.Data.Duck;
using Taper.Data.Sources;

namespace Taper.Data;

/// <summary>
/// Streams the raw rows of a file as text, in the file's order: CSV, TSV, Parquet or libsvm, compressed or not. One
/// enumeration at a time; not thread-safe.
/// </summary>
public sealed class RowSource : IDisposable
{
    private readonly Database database;
    private readonly Source source;

    private RowSource(Database database, Source source)
    {
        this.database = database;
        this.source = source;
    }

    /// <summary>The names of the file's columns, in order.</summary>
    public IReadOnlyList<string> Columns => source.Columns;

    /// <summary>Opens a file whose layout its ending tells.</summary>
    /// <exception cref="DataException">It is missing, empty or malformed.</exception>
    /// <exception cref="ConfigException">Its ending tells no layout.</exception>
    public static RowSource Open(string path, CancellationToken cancellation = default) =>
        Open(new SourceConfig { Name = "input", Path = path }, Directory.GetCurrentDirectory(), cancellation);

    /// <summary>Opens a source as the configuration describes it.</summary>
    /// <param name="config">Path, layout, delimiter and so on.</param>
    /// <param name="baseFolder">Where a relative path starts.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="DataException">A file is missing, empty or malformed.</exception>
    /// <exception cref="ConfigException">Its layout cannot be told.</exception>
    public static RowSource Open(SourceConfig config, string baseFolder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        Database database = Database.InMemory(cancellation);
        try
        {
            return new RowSource(database, Source.OpenAll(config, baseFolder, database));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Reads the given columns of all rows.</summary>
    /// <param name="columns">Names out of <see cref="Columns"/>, upper or lower case; at least one.</param>
    /// <returns>Chunks of up to a few thousand rows; always the same object, filled again.</returns>
    /// <exception cref="DataException">There is no such column, or a row is malformed.</exception>
    public IEnumerable<RawChunk> ReadChunks(IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        string? unknown = columns.FirstOrDefault(column => !Columns.Contains(column, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? Stream(columns)
            : throw new DataException($"{source.Title}: there is no column {unknown}; the columns are {string.Join(", ", Columns)}.");
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private IEnumerable<RawChunk> Stream(IReadOnlyList<string> columns)
    {
        using ChunkStream stream = database.Stream(source.Select(columns), $"reading {source.Title}");
        RawChunk chunk = new(stream);
        while (stream.Next())
        {
            yield return chunk;
        }
    }
}
