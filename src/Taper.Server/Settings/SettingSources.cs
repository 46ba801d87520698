using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Taper.Server.Settings;

/// <summary>
/// Where settings come from, the later ones win: <c>appsettings.json</c> or a file that is named, environment variables
/// such as <c>TAPER_LIMITS__MAX_ROWS</c>, the command line.
/// </summary>
internal static class SettingSources
{
    private const string Prefix = "TAPER_";
    private const string Level = "__";

    /// <summary>Adds the sources that are not there by themselves.</summary>
    /// <exception cref="SettingsException">A setting of the command line is not written as one, or its file cannot be read.</exception>
    public static void AddTo(IConfigurationManager configuration, ServerRequest request, IDictionary environment)
    {
        if (request.SettingsFile is string file)
        {
            AddFile(configuration, file);
        }

        configuration.AddInMemoryCollection(FromEnvironment(environment));
        configuration.AddInMemoryCollection(FromCommandLine(request));
    }

    private static void AddFile(IConfigurationManager configuration, string file)
    {
        try
        {
            configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new SettingsException($"{file}: {(e.InnerException ?? e).Message}", e);
        }
    }

    /// <summary>Every setting lies in a section, so that its variable has two underscores; others of the prefix are not ours.</summary>
    private static Dictionary<string, string?> FromEnvironment(IDictionary environment) => environment.Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
        .Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal) && entry.Name.Contains(Level, StringComparison.Ordinal))
        .ToDictionary(entry => Key(entry.Name[Prefix.Length..].Replace(Level, ":", StringComparison.Ordinal)), entry => entry.Value);

    private static Dictionary<string, string?> FromCommandLine(ServerRequest request)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (request.Path is not null)
        {
            settings[Key("models:path")] = request.Path;
        }

        if (request.Urls is not null)
        {
            settings[Key("listen:urls")] = request.Urls;
        }

        foreach (string setting in request.Overrides)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new SettingsException($"--set {setting}: write it as section.key=value, for example --set limits.max_rows=1000.");
            }

            settings[Key(setting[..equals].Trim().Replace('.', ':'))] = setting[(equals + 1)..];
        }

        return settings;
    }

    private static string Key(string name) => $"{ServerSettings.Section}:{name}";
}
