using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>Knows where each node was written: on a line of the file, or in a <c>--set</c>.</summary>
internal sealed class ConfigPlaces(string origin)
{
    // By reference: two nodes with equal content are equal to YamlDotNet.
    private readonly Dictionary<YamlNode, string> _settings = new(ReferenceEqualityComparer.Instance);

    /// <summary>Notes that a node, and all below it, came from a setting.</summary>
    public void CameFrom(string setting, YamlNode node)
    {
        foreach (YamlNode part in node.AllNodes)
        {
            _settings[part] = $"--set {setting}";
        }
    }

    /// <summary><c>file:line</c>, <c>--set key=value</c>, or the file alone for what is not written anywhere.</summary>
    public string Of(YamlNode node) =>
        _settings.TryGetValue(node, out string? setting) ? setting
        : node.End.Index > 0 ? $"{origin}:{node.Start.Line}"
        : origin;
}
