using System.Text.RegularExpressions;
using Taper.Data.Duck;
using Taper.Data.Sources;
using Taper.Embeddings.Storage;

namespace Taper.Data;

/// <summary>
/// Streams embeddings that another program wrote as Parquet, in the order of the rows. One enumeration at a time; not thread-safe.
/// </summary>
public sealed partial class EmbeddingSource : IDisposable
{
    private readonly Database database;
    private readonly string path;
    private readonly IReadOnlyList<(string Name, string Type)> columns;

    private EmbeddingSource(Database database, string path)
    {
        this.database = database;
        this.path = path;
        columns = database.Describe($"SELECT * FROM {Table}", $"reading {path}");
    }

    /// <summary>The names of the file's columns, in order.</summary>
    public IReadOnlyList<string> Columns => [.. columns.Select(column => column.Name)];

    private string Table => $"read_parquet({Sql.Text(SourceFiles.Literal(path))}, binary_as_string=true)";

    /// <summary>Whether a file is Parquet: its first bytes say so, not its ending. False where there is no such file.</summary>
    public static bool IsParquet(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        Span<byte> start = stackalloc byte[4];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PAR1"u8);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="DataException">It is missing, or no Parquet.</exception>
    public static EmbeddingSource Open(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        Database database = Database.InMemory(cancellation);
        try
        {
            return new EmbeddingSource(database, path);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="wanted">Columns of the file.</param>
    /// <returns>Chunks of up to a few thousand rows; always the same object, filled again.</returns>
    /// <exception cref="ArtifactException">There is no such column, or it is of another type.</exception>
    /// <exception cref="DataException">The file is damaged.</exception>
    public IEnumerable<EmbeddingChunk> ReadChunks(EmbeddingColumns wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (!ListOfFloats().IsMatch(TypeOf(wanted.Embedding)))
        {
            throw new ArtifactException(
                $"{path}: column {wanted.Embedding} is of type {TypeOf(wanted.Embedding)}; embeddings are lists of FLOAT or DOUBLE. Name another column, or cast it.");
        }

        if (wanted.FirstOrder is not null && TypeOf(wanted.FirstOrder) is not ("FLOAT" or "DOUBLE"))
        {
            throw new ArtifactException(
                $"{path}: column {wanted.FirstOrder} is of type {TypeOf(wanted.FirstOrder)}; first-order weights are FLOAT or DOUBLE. Name another column, or cast it.");
        }

        string value = wanted.Value is null ? "NULL" : Sql.Name(wanted.Value);
        string type = wanted.Value is null ? "" : TypeOf(wanted.Value);
        return Stream(
            $"SELECT {ParquetSource.AsText(value, type)}, CAST({Sql.Name(wanted.Embedding)} AS DOUBLE[]), "
            + $"CAST({(wanted.FirstOrder is null ? "0" : Sql.Name(wanted.FirstOrder))} AS DOUBLE) FROM {Table}",
            wanted);
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private string TypeOf(string name) =>
        columns.FirstOrDefault(column => Source.SameColumn(column.Name, name)).Type
        ?? throw new ArtifactException($"{path}: there is no column {name}; the columns are {string.Join(", ", Columns)}.");

    private IEnumerable<EmbeddingChunk> Stream(string sql, EmbeddingColumns wanted)
    {
        using ChunkStream stream = database.Stream(sql, $"reading {path}");
        EmbeddingChunk chunk = new(stream, path, wanted);
        while (stream.Next())
        {
            yield return chunk;
            chunk.Advance();
        }
    }

    /// <summary>A list, or an array of a fixed length.</summary>
    [GeneratedRegex(@"^(FLOAT|DOUBLE)\[\d*\]$")]
    private static partial Regex ListOfFloats();
}
