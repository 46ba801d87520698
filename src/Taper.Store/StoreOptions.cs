using System.Globalization;
using System.Net;

namespace Taper.Store;

/// <summary>Which server holds the rows, and how it is spoken to. Immutable; no record, as a record would print its password.</summary>
public sealed class StoreOptions
{
    private const int DefaultPort = 6379;

    /// <param name="addresses">HOST:PORT, with commas between those of several nodes of a cluster; port 6379 where it is left out.</param>
    /// <exception cref="StoreException">They are no addresses.</exception>
    public StoreOptions(string addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        Addresses = addresses;
        EndPoints = [.. addresses.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
        if (EndPoints.Count == 0)
        {
            throw new StoreException("Name the store as HOST:PORT, such as localhost:6379.");
        }
    }

    /// <summary>The addresses as they were given.</summary>
    public string Addresses { get; }

    /// <summary>The user; empty for the server's default one.</summary>
    public string User { get; init; } = "";

    /// <summary>The password; empty where none is asked for.</summary>
    public string Password { get; init; } = "";

    /// <summary>Whether to speak TLS; the server's certificate is checked as the system does.</summary>
    public bool Tls { get; init; }

    /// <summary>How long one round of reading may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The first line of a file.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static string PasswordIn(string file)
    {
        try
        {
            using StreamReader reader = new(file);
            return reader.ReadLine() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The password cannot be read: {e.Message}", e);
        }
    }

    internal IReadOnlyList<EndPoint> EndPoints { get; }

    private static DnsEndPoint Parse(string address)
    {
        // [::1]:6379 has its host in brackets, a bare ::1 is no address here.
        int colon = address.LastIndexOf(':');
        bool hasPort = colon > address.LastIndexOf(']');
        string host = (hasPort ? address[..colon] : address).Trim('[', ']');
        int port = DefaultPort;
        bool isPort = !hasPort || (int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536);
        return isPort && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? new DnsEndPoint(host, port)
            : throw new StoreException(
                "The store's address is not HOST:PORT, such as localhost:6379; user, password and TLS are set apart from it (docs/embedding-store.md).");
    }
}
