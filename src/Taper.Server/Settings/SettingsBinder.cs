using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Taper.Server.Settings;

/// <summary>Turns configuration sections into records, strictly: unknown keys and values out of range are refused.</summary>
internal static class SettingsBinder
{
    /// <summary>Binds a section key by key.</summary>
    /// <exception cref="SettingsException">A key is unknown, or a value is not of its type or out of its range.</exception>
    public static object Bind(IConfigurationSection section, Type type, string path)
    {
        if (section.Value is { Length: > 0 })
        {
            throw new SettingsException($"The setting {path} holds settings of its own, but is '{section.Value}'.");
        }

        object record = Activator.CreateInstance(type)!;
        var properties = SettingsOf(type).ToDictionary(p => SettingName.Of(p.Name), StringComparer.OrdinalIgnoreCase);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!properties.TryGetValue(child.Key, out PropertyInfo? property))
            {
                throw new SettingsException($"There is no setting {Join(path, child.Key)}; {NearestName.Suggestion(child.Key, properties.Keys)}");
            }

            property.SetValue(record, Value(child, property, Join(path, SettingName.Of(property.Name))));
        }

        return record;
    }

    /// <summary>Properties that are settings, in the order they are declared.</summary>
    public static IEnumerable<PropertyInfo> SettingsOf(Type type) => type.GetProperties().Where(p => p.CanWrite);

    /// <summary>The element type of a list of settings, or null.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether the type is bound key by key.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string);

    private static object? Value(IConfigurationSection section, PropertyInfo property, string path)
    {
        Type type = property.PropertyType;
        if (ElementOf(type) is Type element)
        {
            return List(section, element, path);
        }

        if (IsRecord(type))
        {
            return Bind(section, type, path);
        }

        object value = Scalar(section, type, path);
        if (value is int or long or double && property.GetCustomAttribute<SettingAttribute>() is { } setting)
        {
            double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            if (number < setting.Min || number > setting.Max)
            {
                throw new SettingsException($"The setting {path} is {section.Value}; it has to be {setting.Range}.");
            }
        }

        return value;
    }

    /// <summary>Numbered children; a list of single values may also be written with commas.</summary>
    private static IList List(IConfigurationSection section, Type element, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (section.Value is { Length: > 0 } text && !IsRecord(element))
        {
            foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
            {
                list.Add(Parse(part, element, path));
            }

            return list;
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            list.Add(IsRecord(element) ? Bind(child, element, Join(path, child.Key)) : Scalar(child, element, Join(path, child.Key)));
        }

        return list;
    }

    private static object Scalar(IConfigurationSection section, Type type, string path) =>
        section.GetChildren().Any()
            ? throw new SettingsException($"The setting {path} is one value ({NameOf(type)}), not a section.")
            : Parse(section.Value ?? "", type, path);

    private static object Parse(string text, Type type, string path)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        object? value =
            type == typeof(string) ? text
            : type.IsEnum ? Choice(text, type)
            : type == typeof(bool) ? (bool.TryParse(text, out bool b) ? b : null)
            : type == typeof(int) ? (int.TryParse(text, NumberStyles.Integer, culture, out int i) ? i : null)
            : type == typeof(long) ? (long.TryParse(text, NumberStyles.Integer, culture, out long l) ? l : null)
            : double.TryParse(text, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? d : null;
        return value ?? throw new SettingsException($"The setting {path} is '{text}', which is not {NameOf(type)}.");
    }

    private static object? Choice(string text, Type type)
    {
        string? name = Enum.GetNames(type).FirstOrDefault(n => string.Equals(SettingName.Of(n), text, StringComparison.OrdinalIgnoreCase));
        return name is null ? null : Enum.Parse(type, name);
    }

    private static string NameOf(Type type) => type.IsEnum
        ? "one of " + string.Join(", ", Enum.GetNames(type).Select(SettingName.Of))
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number" : "a text";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
