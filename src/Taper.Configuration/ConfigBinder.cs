using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>Turns YAML nodes into records, lists, dictionaries and scalars, strictly.</summary>
internal sealed class ConfigBinder(ConfigPlaces places, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Binds a node to a type.</summary>
    /// <param name="node">The YAML.</param>
    /// <param name="type">A record, list, string-keyed dictionary, enum, string, bool, int, long, double, <see cref="ConfigText"/>, or a nullable one.</param>
    /// <param name="path">Key path of the node, for messages.</param>
    public object? Bind(YamlNode node, Type type, string path)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (IsNull(node) && (target != type || !target.IsValueType))
        {
            return IsRecord(target) && path.IndexOf('.', StringComparison.Ordinal) < 0
                ? BindRecord(new YamlMappingNode(), target, path)
                : null;
        }

        if (ElementOfList(target) is Type element)
        {
            return BindList(node, element, path);
        }

        if (ValueOfDictionary(target) is Type value)
        {
            return BindDictionary(node, value, path);
        }

        if (target == typeof(ConfigText))
        {
            return ConfigText.Of(node);
        }

        return IsRecord(target) ? BindRecord(node, target, path) : BindScalar(node, target, path);
    }

    /// <summary>Element type of an <see cref="IReadOnlyList{T}"/>, or null.</summary>
    public static Type? ElementOfList(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Value type of a string-keyed <see cref="IReadOnlyDictionary{TKey, TValue}"/>, or null.</summary>
    public static Type? ValueOfDictionary(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>Whether the type is bound key by key.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string);

    /// <summary>Properties that are config keys, in the order they are declared.</summary>
    public static IEnumerable<PropertyInfo> KeysOf(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "~" or "null" };

    private object BindRecord(YamlNode node, Type type, string path)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Error(node, path, "holds keys of its own: write them below it, indented.");
        }

        var properties = KeysOf(type).ToDictionary(p => KeyName.OfProperty(p.Name));
        object record = Activator.CreateInstance(type)!;
        foreach (var (keyNode, valueNode) in mapping.Children)
        {
            string key = (keyNode as YamlScalarNode)?.Value ?? keyNode.ToString();
            if (!properties.Remove(key, out PropertyInfo? property))
            {
                string[] known = [.. KeysOf(type).Select(p => KeyName.OfProperty(p.Name))];
                throw Error(keyNode, path.Length == 0 ? "the file" : path, $"has no key '{key}'; {KeyName.Suggestion(key, known)}");
            }

            string keyPath = Below(path, key);
            object? value = Bind(valueNode, property.PropertyType, keyPath);
            if (value is null && IsRequiredReference(property))
            {
                throw Error(valueNode, keyPath, NeedsValue(property.PropertyType));
            }

            CheckRange(valueNode, property, value, keyPath);
            property.SetValue(record, value);
        }

        if (properties.FirstOrDefault(p => p.Value.IsDefined(typeof(RequiredMemberAttribute))).Key is string missing)
        {
            throw Error(node, Below(path, missing), "is missing and has no default.");
        }

        return record;
    }

    /// <summary>The path of a key; the document itself has the empty path.</summary>
    private static string Below(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static bool IsRequiredReference(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;

    private IList BindList(YamlNode node, Type element, string path)
    {
        if (node is not YamlSequenceNode sequence)
        {
            throw Error(node, path, "is a list: write it as [a, b].");
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        foreach (YamlNode child in sequence.Children)
        {
            list.Add(BindEntry(child, element, $"{path}[{list.Count}]"));
        }

        return list;
    }

    private IDictionary BindDictionary(YamlNode node, Type value, string path)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Error(node, path, "maps names to values: write them below it, indented.");
        }

        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var (key, child) in mapping.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? throw Error(key, path, "has a name that is not a text.");
            dictionary.Add(name, BindEntry(child, value, $"{path}.{name}"));
        }

        return dictionary;
    }

    private object BindEntry(YamlNode node, Type type, string path) =>
        Bind(node, type, path) ?? throw Error(node, path, NeedsValue(type));

    private static string NeedsValue(Type type) =>
        type == typeof(string) ? "needs a value; write \"\" for an empty text." : "needs a value.";

    private object BindScalar(YamlNode node, Type type, string path)
    {
        if (node is not YamlScalarNode scalar)
        {
            throw Error(node, path, $"is one value ({NameOf(type)}), not a list or a section.");
        }

        string text = EnvironmentText.Replace(scalar.Value ?? "", environment, Where(node, path));
        return Parse(text, type) ?? throw Error(node, path, $"is '{text}', which is not {NameOf(type)}.");
    }

    private static object? Parse(string text, Type type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            string? name = Enum.GetNames(type).FirstOrDefault(n => KeyName.OfProperty(n) == text);
            return name is null ? null : Enum.Parse(type, name);
        }

        if (type == typeof(bool))
        {
            return text switch { "true" or "True" => true, "false" or "False" => false, _ => null };
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.Integer, culture, out int i) ? i : null;
        }

        if (type == typeof(long))
        {
            return long.TryParse(text, NumberStyles.Integer, culture, out long l) ? l : null;
        }

        if (type == typeof(double))
        {
            return double.TryParse(text, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? d : null;
        }

        throw new NotSupportedException($"A config key cannot have type {type}.");
    }

    private static string NameOf(Type type) => type.IsEnum
        ? "one of " + string.Join(", ", Enum.GetNames(type).Select(KeyName.OfProperty))
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number" : "a text";

    private void CheckRange(YamlNode node, PropertyInfo property, object? value, string path)
    {
        if (property.GetCustomAttribute<ConfigKeyAttribute>() is not { } key)
        {
            return;
        }

        if (value is int or long or double)
        {
            CheckRange(node, key, value, path);
        }
        else if (value is IReadOnlyList<int> or IReadOnlyList<long> or IReadOnlyList<double>)
        {
            var list = (IList)value;
            for (int i = 0; i < list.Count; i++)
            {
                CheckRange(((YamlSequenceNode)node).Children[i], key, list[i]!, $"{path}[{i}]");
            }
        }
    }

    private void CheckRange(YamlNode node, ConfigKeyAttribute key, object value, string path)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number < key.Min || number > key.Max)
        {
            throw Error(node, path, string.Create(CultureInfo.InvariantCulture, $"is {value}; it has to be {key.Range}."));
        }
    }

    private ConfigException Error(YamlNode node, string path, string what) => new($"{Where(node, path)} {what}");

    private string Where(YamlNode node, string path) => $"{places.Of(node)}: {path}";
}
