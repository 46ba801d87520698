using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Makes an <see cref="IRowFunction"/> known to DuckDB.</summary>
internal static unsafe class RowFunction
{
    public static void Define(DuckDBNativeConnection connection, string name, IRowFunction function) => ScalarFunction.Define(connection, name, function, definition =>
    {
        using DuckDBLogicalType row = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Integer);
        using DuckDBLogicalType result = function.CreateType();
        NativeMethods.ScalarFunction.DuckDBScalarFunctionAddParameter(definition, row);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetReturnType(definition, result);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetFunction(definition, &Apply);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may cross DuckDB's frames: it comes back as the statement's error.")]
    private static void Apply(nint info, nint input, nint result)
    {
        try
        {
            IRowFunction function = ScalarFunction.Of<IRowFunction>(info);
            using DuckDBDataChunk chunk = new(input);
            int count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            nint rows = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
            function.Fill(new ReadOnlySpan<int>(NativeMethods.Vectors.DuckDBVectorGetData(rows), count), result);
        }
        catch (Exception e)
        {
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }
}
