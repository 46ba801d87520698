using System.Net;
using Microsoft.Extensions.Configuration;
using Taper.Server.Settings;

namespace Taper.Server.Security;

/// <summary>Keeps a server without keys on its own machine.</summary>
internal static class Listening
{
    /// <summary>Refuses to listen beyond this machine without keys.</summary>
    /// <exception cref="SettingsException">That is asked for, and not allowed expressly.</exception>
    public static void Check(ServerSettings settings, IConfiguration configuration)
    {
        if (settings.Security.ApiKeys.Count > 0 || settings.Security.AllowAnonymous)
        {
            return;
        }

        if (Urls(settings, configuration).FirstOrDefault(url => !IsLocal(url)) is string open)
        {
            throw new SettingsException(
                $"{open} can be reached from other machines, and there are no API keys: make one with `taper serve --new-key` and put its hash into "
                + "security.api_keys, or set security.allow_anonymous=true, or listen on http://127.0.0.1:8080.");
        }
    }

    /// <summary>Whether all addresses are of this machine.</summary>
    public static bool IsLocal(ServerSettings settings, IConfiguration configuration) => Urls(settings, configuration).All(IsLocal);

    /// <summary>Whether Kestrel's own settings say where to listen.</summary>
    public static bool IsByKestrel(IConfiguration configuration) => Endpoints(configuration).Any();

    /// <summary>The hosts of the addresses.</summary>
    public static IEnumerable<string> Hosts(ServerSettings settings, IConfiguration configuration) =>
        Urls(settings, configuration).Select(Parse).Where(address => !address.IsUnixPipe).Select(address => address.Host);

    private static IEnumerable<string> Urls(ServerSettings settings, IConfiguration configuration) =>
        settings.Listen.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(Endpoints(configuration).Select(endpoint => endpoint["Url"] ?? ""));

    private static IEnumerable<IConfigurationSection> Endpoints(IConfiguration configuration) => configuration.GetSection("Kestrel:Endpoints").GetChildren();

    private static bool IsLocal(string url)
    {
        BindingAddress address = Parse(url);
        return address.IsUnixPipe
            || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException e)
        {
            throw new SettingsException($"'{url}' is no address to listen on; write it as http://127.0.0.1:8080.", e);
        }
    }
}
