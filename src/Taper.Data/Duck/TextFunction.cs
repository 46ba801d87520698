using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Makes an <see cref="ITextFunction"/> known to DuckDB.</summary>
internal static unsafe class TextFunction
{
    public static void Define(DuckDBNativeConnection connection, string name, ITextFunction function) => ScalarFunction.Define(connection, name, function, definition =>
    {
        using DuckDBLogicalType text = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar);
        using DuckDBLogicalType number = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Integer);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionAddParameter(definition, text);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetReturnType(definition, number);
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetSpecialHandling(definition); // it is called for NULL too
        NativeMethods.ScalarFunction.DuckDBScalarFunctionSetFunction(definition, &Apply);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may cross DuckDB's frames: it comes back as the statement's error.")]
    private static void Apply(nint info, nint input, nint result)
    {
        try
        {
            ITextFunction function = ScalarFunction.Of<ITextFunction>(info);
            using DuckDBDataChunk chunk = new(input);
            int count = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            function.Apply(
                new TextVector(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0), count),
                new Span<int>(NativeMethods.Vectors.DuckDBVectorGetData(result), count));
        }
        catch (Exception e)
        {
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetError(info, e.Message);
        }
    }
}
