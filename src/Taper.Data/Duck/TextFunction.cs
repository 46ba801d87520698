using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Makes an <see cref="ITextFunction"/> known to DuckDB.</summary>
internal static unsafe class TextFunction
{
    public static void Define(DuckDBNativeConnection connection, string name, ITextFunction function)
    {
        nint definition = NativeMethods.ScalarFunction.DuckDBCreateScalarFunction();
        try
        {
            using DuckDBLogicalType text = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar);
            using DuckDBLogicalType number = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Integer);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetName(definition, name);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionAddParameter(definition, text);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetReturnType(definition, number);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetSpecialHandling(definition); // it is called for NULL too
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetExtraInfo(definition, GCHandle.ToIntPtr(GCHandle.Alloc(function)), &Release);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetFunction(definition, &Apply);
            if (NativeMethods.ScalarFunction.DuckDBRegisterScalarFunction(connection, definition) != DuckDBState.Success)
            {
                throw new InvalidOperationException($"DuckDB refused the function {name}.");
            }
        }
        finally
        {
            NativeMethods.ScalarFunction.DuckDBDestroyScalarFunction(ref definition);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may cross DuckDB's frames: it comes back as the statement's error.")]
    private static void Apply(nint info, nint input, nint result)
    {
        try
        {
            ITextFunction function = (ITextFunction)GCHandle.FromIntPtr(NativeMethods.ScalarFunction.DuckDBScalarFunctionGetExtraInfo(info)).Target!;
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

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint function) => GCHandle.FromIntPtr(function).Free();
}
