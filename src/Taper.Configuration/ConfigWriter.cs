using System.Collections;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>Writes bound records back as YAML.</summary>
internal static class ConfigWriter
{
    public static string Write(IEnumerable<(string Section, object Value)> sections)
    {
        var root = new YamlMappingNode();
        foreach (var (section, value) in sections)
        {
            root.Children[new YamlScalarNode(section)] = Node(value);
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
        return text.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>A default as it would be written in a file.</summary>
    public static string Scalar(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IDictionary { Count: 0 } => "{}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Scalar))}]",
        _ => (Node(value) as YamlScalarNode)?.Value ?? "",
    };

    private static YamlNode Node(object? value) => value switch
    {
        null => new YamlScalarNode("null"),
        string text => new YamlScalarNode(EnvironmentText.Escape(text)) { Style = ScalarStyle.DoubleQuoted },
        bool flag => new YamlScalarNode(flag ? "true" : "false"),
        Enum choice => new YamlScalarNode(KeyName.OfProperty(choice.ToString())),
        IFormattable number => new YamlScalarNode(number.ToString(null, CultureInfo.InvariantCulture)),
        IDictionary dictionary => Mapping(dictionary.Keys.Cast<string>().Select(k => (k, dictionary[k]))),
        IEnumerable list => new YamlSequenceNode(list.Cast<object?>().Select(Node)) { Style = YamlDotNet.Core.Events.SequenceStyle.Flow },
        _ => Mapping(ConfigBinder.KeysOf(value.GetType()).Select(p => (KeyName.OfProperty(p.Name), p.GetValue(value)))),
    };

    private static YamlMappingNode Mapping(IEnumerable<(string Key, object? Value)> entries)
    {
        var mapping = new YamlMappingNode();
        foreach (var (key, value) in entries)
        {
            mapping.Add(key, Node(value));
        }

        return mapping;
    }
}
