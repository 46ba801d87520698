using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Taper.Studies.Results;

/// <summary>The columns of results.csv: the properties of <see cref="RunResult"/>, in their order, in snake_case.</summary>
internal static class ResultColumns
{
    private static readonly PropertyInfo[] Properties = [.. typeof(RunResult).GetProperties().Where(property => property.CanWrite)];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Properties.Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    /// <summary>Their types in SQL.</summary>
    public static IReadOnlyList<string> SqlTypes { get; } = [.. Properties.Select(property => TypeOf(property) switch
    {
        var type when type == typeof(long) => "BIGINT",
        var type when type == typeof(double) => "DOUBLE",
        _ => "VARCHAR",
    })];

    /// <summary>A result's cells; empty where there is no value.</summary>
    public static IReadOnlyList<string> Write(RunResult result) =>
        [.. Properties.Select(property => Convert.ToString(property.GetValue(result), CultureInfo.InvariantCulture) ?? "")];

    /// <summary>The result of a row's cells by column name.</summary>
    /// <exception cref="FormatException">A cell is missing or is no number; the message names the column.</exception>
    public static RunResult Read(IReadOnlyDictionary<string, string> cells)
    {
        RunResult result = (RunResult)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(RunResult));
        foreach ((PropertyInfo property, string name) in Properties.Zip(Names))
        {
            property.SetValue(result, Value(property, name, cells.GetValueOrDefault(name) ?? ""));
        }

        return result;
    }

    private static object? Value(PropertyInfo property, string name, string text)
    {
        Type type = TypeOf(property);
        if (type == typeof(string))
        {
            return text;
        }

        if (text.Length == 0 && Nullable.GetUnderlyingType(property.PropertyType) is not null)
        {
            return null;
        }

        try
        {
            return Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (FormatException e)
        {
            throw new FormatException($"the column {name} holds '{text}', which is no number", e);
        }
    }

    private static Type TypeOf(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
}
