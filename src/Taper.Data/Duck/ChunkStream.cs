using System.Text;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>
/// A query's result, chunk by chunk, read from DuckDB's own memory without copies. What a chunk lends is valid until
/// the next <see cref="Next"/>. Not thread-safe.
/// </summary>
internal sealed unsafe class ChunkStream : IDisposable
{
    private readonly DuckDBPreparedStatement statement;
    private readonly string doing;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration stop;
    private DuckDBResult result;
    private DuckDBDataChunk? chunk;

    private ChunkStream(
        DuckDBPreparedStatement statement, DuckDBResult result, string doing, CancellationTokenRegistration stop, CancellationToken cancellation)
    {
        this.statement = statement;
        this.result = result;
        this.doing = doing;
        this.stop = stop;
        this.cancellation = cancellation;
    }

    /// <summary>The rows of the current chunk.</summary>
    public int Count { get; private set; }

    public static ChunkStream Open(DuckDBNativeConnection connection, string sql, string doing, CancellationToken cancellation)
    {
        DuckDBState state = NativeMethods.PreparedStatements.DuckDBPrepare(connection, sql, out DuckDBPreparedStatement statement);
        if (state != DuckDBState.Success)
        {
            string message = NativeMethods.PreparedStatements.DuckDBPrepareError(statement);
            statement.Dispose();
            throw DuckError.Translate(message, doing);
        }

        CancellationTokenRegistration stop = cancellation.Register(() => NativeMethods.Startup.DuckDBInterrupt(connection));
        state = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out DuckDBResult result);
        ChunkStream stream = new(statement, result, doing, stop, cancellation);
        if (state != DuckDBState.Success)
        {
            Exception error = stream.Error();
            stream.Dispose();
            throw error;
        }

        return stream;
    }

    /// <summary>Goes to the next chunk; false after the last.</summary>
    public bool Next()
    {
        cancellation.ThrowIfCancellationRequested();
        chunk?.Dispose();
        chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(result);
        if (chunk.IsInvalid)
        {
            Count = 0;
            if (!string.IsNullOrEmpty(NativeMethods.Query.DuckDBResultError(ref result)))
            {
                throw Error();
            }

            return false;
        }

        Count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        return Count > 0;
    }

    /// <summary>A column of the chunk whose type is <typeparamref name="T"/> and which holds no NULL.</summary>
    public ReadOnlySpan<T> Column<T>(int column)
        where T : unmanaged
    {
        DuckDBType type = NativeMethods.Query.DuckDBColumnType(ref result, column);
        return type == TypeOf<T>()
            ? new ReadOnlySpan<T>(NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)), Count)
            : throw new InvalidOperationException($"Column {column} is of type {type}, not {typeof(T)} ({doing}).");
    }

    /// <summary>Whether a value is NULL.</summary>
    public bool IsNull(int column, int row)
    {
        ulong* validity = NativeMethods.Vectors.DuckDBVectorGetValidity(Vector(column));
        return validity != null && (validity[row / 64] & (1UL << (row % 64))) == 0;
    }

    /// <summary>A text value as UTF-8; empty for NULL too.</summary>
    public ReadOnlySpan<byte> Utf8(int column, int row) =>
        IsNull(column, row) ? default : ((DuckText*)NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)))[row].Utf8;

    /// <summary>A list of numbers of type <typeparamref name="T"/>; empty for NULL too.</summary>
    public ReadOnlySpan<T> List<T>(int column, int row)
        where T : unmanaged
    {
        (long start, int length) = Extent(column, row);
        nint elements = NativeMethods.Vectors.DuckDBListVectorGetChild(Vector(column));
        return new ReadOnlySpan<T>((T*)NativeMethods.Vectors.DuckDBVectorGetData(elements) + start, length);
    }

    /// <summary>The place of the first NULL in a list; −1 where there is none.</summary>
    public int FirstNull(int column, int row)
    {
        (long start, int length) = Extent(column, row);
        ulong* validity = NativeMethods.Vectors.DuckDBVectorGetValidity(NativeMethods.Vectors.DuckDBListVectorGetChild(Vector(column)));
        for (int i = 0; i < length && validity != null; i++)
        {
            if ((validity[(start + i) / 64] & (1UL << (int)((start + i) % 64))) == 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A text value; null for NULL.</summary>
    public string? Text(int column, int row) => IsNull(column, row) ? null : Encoding.UTF8.GetString(Utf8(column, row));

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Dispose();
        chunk?.Dispose();
        chunk = null;
        NativeMethods.Query.DuckDBDestroyResult(ref result);
        statement.Dispose();
    }

    private static DuckDBType TypeOf<T>() =>
        typeof(T) == typeof(byte) ? DuckDBType.UnsignedTinyInt
        : typeof(T) == typeof(int) ? DuckDBType.Integer
        : typeof(T) == typeof(long) ? DuckDBType.BigInt
        : typeof(T) == typeof(double) ? DuckDBType.Double
        : DuckDBType.Invalid;

    /// <summary>DuckDB's list: where it starts in the column of all elements, and its length, 8 bytes each.</summary>
    private (long Start, int Length) Extent(int column, int row)
    {
        if (IsNull(column, row))
        {
            return default;
        }

        long* entry = (long*)NativeMethods.Vectors.DuckDBVectorGetData(Vector(column)) + (row * 2L);
        return (entry[0], checked((int)entry[1]));
    }

    private nint Vector(int column) =>
        NativeMethods.DataChunks.DuckDBDataChunkGetVector(
            chunk ?? throw new InvalidOperationException("There is no current chunk."), column);

    private Exception Error()
    {
        cancellation.ThrowIfCancellationRequested();
        return DuckError.Translate(NativeMethods.Query.DuckDBResultError(ref result), doing);
    }
}
