using System.Reflection;

namespace Taper.Conventions.Tests;

/// <summary>Names of types as C# writes them.</summary>
internal static class CSharpNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>The name; with <paramref name="full"/> the namespace before it.</summary>
    public static string Of(Type type, bool full = false)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.HasElementType)
        {
            string element = Of(type.GetElementType()!);
            return type.IsArray ? $"{element}[{new string(',', type.GetArrayRank() - 1)}]" : type.IsPointer ? element + "*" : element;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        string name = type.Name.Split('`')[0];
        string prefix = type is { IsNested: true, IsGenericParameter: false } ? Of(type.DeclaringType!, full) + "." : full ? type.Namespace + "." : "";
        return prefix + name + List(type.GetGenericArguments());
    }

    /// <summary>The type arguments of a generic method, such as &lt;T&gt;; empty for any other.</summary>
    public static string Arguments(MethodInfo method) => List(method.GetGenericArguments());

    private static string List(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => Of(a)))}>";
}
