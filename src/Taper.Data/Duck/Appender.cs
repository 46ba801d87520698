using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Appends rows of a text and a whole number to a table; <see cref="Finish"/> completes it. Not thread-safe.</summary>
internal sealed unsafe class Appender : IDisposable
{
    private readonly DuckDBAppender appender;
    private readonly DuckDBDataChunk chunk;
    private readonly string doing;
    private readonly int capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();
    private int count;

    public Appender(DuckDBNativeConnection connection, string schema, string table, string doing)
    {
        this.doing = doing;
        using DuckDBLogicalType text = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar);
        using DuckDBLogicalType number = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt);
        chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([text.DangerousGetHandle(), number.DangerousGetHandle()], 2);
        Check(NativeMethods.Appender.DuckDBAppenderCreate(connection, schema, table, out appender));
    }

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
