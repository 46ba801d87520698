using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>A config value of any kind, kept as one line of YAML: it becomes the value of another config's key.</summary>
/// <param name="Yaml">The value, such as <c>0.25</c>, <c>[128, 64]</c> or <c>"a text"</c>.</param>
public readonly record struct ConfigText(string Yaml)
{
    /// <summary>The line of YAML.</summary>
    public override string ToString() => Yaml;

    /// <summary>A node as one line of YAML.</summary>
    internal static ConfigText Of(YamlNode node) => new(Line(node));

    private static string Line(YamlNode node) => node switch
    {
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Line))}]",
        YamlMappingNode mapping => $"{{{string.Join(", ", mapping.Children.Select(entry => $"{Line(entry.Key)}: {Line(entry.Value)}"))}}}",
        YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } plain => plain.Value ?? "",
        YamlScalarNode quoted => $"\"{Escaped(quoted.Value ?? "")}\"",
        _ => node.ToString(),
    };

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
