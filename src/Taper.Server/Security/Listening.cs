using System.Net;
using Taper.Server.Settings;

namespace Taper.Server.Security;

/// <summary>Keeps a server without keys on its own machine.</summary>
internal static class Listening
{
    /// <summary>Refuses to listen beyond this machine without keys.</summary>
    /// <exception cref="SettingsException">That is asked for, and not allowed expressly.</exception>
    public static void Check(SecuritySettings settings, ListenAddresses addresses)
    {
        if (settings.ApiKeys.Count > 0 || settings.AllowAnonymous)
        {
            return;
        }

        if (addresses.All.FirstOrDefault(url => !IsLocal(url)) is string open)
        {
            throw new SettingsException(
                $"{open} can be reached from other machines, and there are no API keys: make one with `taper serve --new-key` and put its hash into "
                + "security.api_keys, or set security.allow_anonymous=true, or listen on http://127.0.0.1:8080.");
        }
    }

    /// <summary>Whether all addresses are of this machine.</summary>
    public static bool IsLocal(ListenAddresses addresses) => addresses.All.All(IsLocal);

    /// <summary>The hosts of the addresses.</summary>
    public static IEnumerable<string> Hosts(ListenAddresses addresses) =>
        addresses.All.Select(ListenAddresses.Parse).Where(address => !address.IsUnixPipe).Select(address => address.Host);

    private static bool IsLocal(string url)
    {
        BindingAddress address = ListenAddresses.Parse(url);
        return address.IsUnixPipe
            || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
