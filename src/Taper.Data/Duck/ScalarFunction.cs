using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Taper.Data.Duck;

/// <summary>Makes a function of ours known to DuckDB, which releases it when it is done with it.</summary>
internal static unsafe class ScalarFunction
{
    /// <summary>Registers a function.</summary>
    /// <param name="connection">Where it is known.</param>
    /// <param name="name">What SQL calls it.</param>
    /// <param name="function">What <see cref="Of{T}"/> finds again in a call.</param>
    /// <param name="describe">Sets parameter, result and code of the definition that it is given.</param>
    public static void Define(DuckDBNativeConnection connection, string name, object function, Action<nint> describe)
    {
        nint definition = NativeMethods.ScalarFunction.DuckDBCreateScalarFunction();
        try
        {
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetName(definition, name);
            describe(definition);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetExtraInfo(definition, GCHandle.ToIntPtr(GCHandle.Alloc(function)), &Release);
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

    /// <summary>The function that a call is of.</summary>
    public static T Of<T>(nint info) => (T)GCHandle.FromIntPtr(NativeMethods.ScalarFunction.DuckDBScalarFunctionGetExtraInfo(info)).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint function) => GCHandle.FromIntPtr(function).Free();
}
