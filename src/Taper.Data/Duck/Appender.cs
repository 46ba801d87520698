using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Appends rows of a text, a whole number and further numbers to a table; <see cref="Finish"/> completes it. Not thread-safe.</summary>
internal sealed unsafe class Appender : IDisposable
{
    private readonly DuckDBAppender appender;
    private readonly DuckDBDataChunk chunk;
    private readonly string doing;
    private readonly int capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();
    private int count;

    public Appender(DuckDBNativeConnection connection, string table, string doing, IEnumerable<DuckDBType> further)
    {
        this.doing = doing;
        DuckDBLogicalType[] types = [.. further.Prepend(DuckDBType.BigInt).Prepend(DuckDBType.Varchar).Select(NativeMethods.LogicalType.DuckDBCreateLogicalType)];
        chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        Array.ForEach(types, type => type.Dispose());
        Check(NativeMethods.Appender.DuckDBAppenderCreate(connection, null!, table, out appender));
    }

    /// <summary>Sets a further number, the first of which is column 2, of the row that <see cref="Append"/> appends next.</summary>
    public void Set<T>(int column, T number)
        where T : unmanaged =>
        ((T*)NativeMethods.Vectors.DuckDBVectorGetData(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, column)))[count] = number;

    public void Append(ReadOnlySpan<byte> text, long number)
    {
        nint texts = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
        nint numbers = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 1);
        fixed (byte* utf8 = text)
        {
            NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(texts, (ulong)count, utf8, text.Length);
        }

        ((long*)NativeMethods.Vectors.DuckDBVectorGetData(numbers))[count++] = number;
        if (count == capacity)
        {
            Flush();
        }
    }

    /// <summary>Hands over what is left.</summary>
    public void Finish()
    {
        Flush();
        Check(NativeMethods.Appender.DuckDBAppenderClose(appender));
    }

    public void Dispose()
    {
        chunk.Dispose();
        appender.Dispose();
    }

    private void Flush()
    {
        NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)count);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk));
        NativeMethods.DataChunks.DuckDBDataChunkReset(chunk);
        count = 0;
    }

    private void Check(DuckDBState state)
    {
        if (state != DuckDBState.Success)
        {
            using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(appender);
            throw DuckError.Translate(NativeMethods.ErrorData.DuckDBErrorDataMessage(error), doing);
        }
    }
}
