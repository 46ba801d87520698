using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>Applies <c>--set a.b=value</c> to a document; sections that are not there are made.</summary>
internal static class ConfigOverride
{
    /// <summary>Sets one key; the value is YAML (a scalar, <c>[1, 2]</c>, <c>{a: 1}</c>).</summary>
    public static void Apply(YamlMappingNode root, string setting, ConfigPlaces places)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        string[] path = equals < 1 ? [] : setting[..equals].Trim().Split('.');
        if (path.Length < 2 || path.Any(string.IsNullOrWhiteSpace))
        {
            throw new ConfigException($"--set {setting}: write it as section.key=value, for example --set training.epochs=5.");
        }

        YamlMappingNode node = root;
        foreach (string key in path[..^1])
        {
            if (node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) && child is not YamlScalarNode { Value: null or "" })
            {
                node = child as YamlMappingNode
                    ?? throw new ConfigException($"--set {setting}: '{key}' is not a section that a key can be set in.");
            }
            else
            {
                var made = new YamlMappingNode();
                Put(node, key, made, setting, places);
                node = made;
            }
        }

        Put(node, path[^1], Value(setting, setting[(equals + 1)..]), setting, places);
    }

    private static void Put(YamlMappingNode section, string key, YamlNode value, string setting, ConfigPlaces places)
    {
        var name = new YamlScalarNode(key);
        section.Children.Remove(name);
        section.Children.Add(name, value);
        places.CameFrom(setting, name);
        places.CameFrom(setting, value);
    }

    private static YamlNode Value(string setting, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 1 ? stream.Documents[0].RootNode : new YamlScalarNode("");
        }
        catch (YamlException e)
        {
            throw new ConfigException($"--set {setting}: the value is not YAML: {e.Message}", e);
        }
    }
}
