using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Taper.Configuration;

/// <summary>
/// One YAML config: sections of keys, bound to immutable records. Every key that is not known is refused by name, so
/// that no setting is ever silently ignored.
/// </summary>
/// <remarks>Not safe to share between threads while sections are being bound.</remarks>
public sealed class ConfigDocument
{
    private readonly ConfigPlaces _places;
    private readonly YamlMappingNode _root;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly SortedDictionary<int, (string Section, object Value)> _bound = [];

    private ConfigDocument(
        ConfigPlaces places, string baseFolder, YamlMappingNode root, IReadOnlyDictionary<string, string> environment)
    {
        _places = places;
        BaseFolder = baseFolder;
        _root = root;
        _environment = environment;
    }

    /// <summary>Folder that relative paths in the config start from.</summary>
    public string BaseFolder { get; }

    /// <summary>Names of the sections the document holds.</summary>
    public IReadOnlyList<string> Sections => [.. _root.Children.Keys.Select(k => ((YamlScalarNode)k).Value ?? "")];

    /// <summary>Reads a config file.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="overrides">Settings <c>section.key=value</c> that win over the file.</param>
    /// <param name="environment">Variables for <c>${NAME:-default}</c>.</param>
    /// <exception cref="ConfigException">The file is missing, not UTF-8, or not YAML.</exception>
    public static ConfigDocument Load(
        string path, IReadOnlyList<string> overrides, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(path);
        string text;
        try
        {
            text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigException($"{path}: the config is not UTF-8; save it as UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: the config cannot be read: {e.Message}", e);
        }

        return Parse(text, path, overrides, environment);
    }

    /// <summary>Reads a config from text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="origin">Path of the file it came from, for messages and relative paths.</param>
    /// <param name="overrides">Settings <c>section.key=value</c> that win over the text.</param>
    /// <param name="environment">Variables for <c>${NAME:-default}</c>.</param>
    /// <exception cref="ConfigException">The text is not a YAML mapping of sections.</exception>
    public static ConfigDocument Parse(
        string yaml, string origin, IReadOnlyList<string> overrides, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(overrides);
        ArgumentNullException.ThrowIfNull(environment);
        YamlMappingNode root = Root(yaml, origin);
        var places = new ConfigPlaces(origin);
        foreach (string setting in overrides)
        {
            ConfigOverride.Apply(root, setting, places);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(origin)) ?? Path.GetFullPath(".");
        return new ConfigDocument(places, folder, root, environment);
    }

    /// <summary>Whether the document has a section of that name.</summary>
    public bool Has(string section) => _root.Children.ContainsKey(new YamlScalarNode(section));

    /// <summary>
    /// Binds a section to a record: snake_case keys to properties, property initialisers as defaults, ranges from
    /// <see cref="ConfigKeyAttribute"/>. A section that is not there binds to the defaults.
    /// </summary>
    /// <exception cref="ConfigException">A key is unknown, missing, of another type, or out of range.</exception>
    public T Bind<T>(string section)
        where T : class
    {
        var binder = new ConfigBinder(_places, _environment);
        var key = new YamlScalarNode(section);
        YamlNode node = _root.Children.TryGetValue(key, out YamlNode? found) ? found : new YamlMappingNode();
        T value = (T)binder.Bind(node, typeof(T), section)!;
        _bound[_bound.Count] = (section, value);
        return value;
    }

    /// <summary>Binds the whole document to a record whose properties are its top-level keys.</summary>
    /// <exception cref="ConfigException">A key is unknown, missing, of another type, or out of range.</exception>
    public T Bind<T>()
        where T : class => (T)new ConfigBinder(_places, _environment).Bind(_root, typeof(T), "")!;

    /// <summary>Refuses a top-level section that nobody reads.</summary>
    /// <exception cref="ConfigException">There is one; the message names the nearest known section.</exception>
    public void RefuseUnknownSections(params IReadOnlyCollection<string> known)
    {
        foreach (YamlNode key in _root.Children.Keys)
        {
            string name = ((YamlScalarNode)key).Value ?? "";
            if (!known.Contains(name))
            {
                throw new ConfigException(
                    $"{_places.Of(key)}: unknown section '{name}'; {KeyName.Suggestion(name, known)}");
            }
        }
    }

    /// <summary>The bound sections with every default filled in; binding this text again gives the same records.</summary>
    public string ToYaml() => ConfigWriter.Write(_bound.Values.Select(b => (b.Section, b.Value)));

    /// <summary>A section as text; binding it gives the same record.</summary>
    /// <param name="section">The section's name.</param>
    /// <param name="value">The record.</param>
    public static string ToYaml(string section, object value)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(value);
        return ConfigWriter.Write([(section, value)]);
    }

    private static YamlMappingNode Root(string yaml, string origin)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new ConfigException($"{origin}:{e.Start.Line}: not YAML: {e.Message}", e);
        }

        if (stream.Documents.Count == 0)
        {
            return new YamlMappingNode();
        }

        if (stream.Documents.Count > 1)
        {
            long line = stream.Documents[1].RootNode.Start.Line;
            throw new ConfigException($"{origin}:{line}: a config is one document; remove the '---' above this line.");
        }

        if (stream.Documents[0].RootNode is not YamlMappingNode root || root.Children.Keys.Any(k => k is not YamlScalarNode))
        {
            throw new ConfigException($"{origin}:1: a config is a mapping of sections, like 'training:' with keys below it.");
        }

        return root;
    }
}
