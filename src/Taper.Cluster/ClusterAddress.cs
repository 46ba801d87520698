using System.Globalization;
using System.Net;

namespace Taper.Cluster;

/// <summary>Where a cluster's membership is kept, and what it is called there.</summary>
public sealed record ClusterAddress
{
    private const string DefaultName = "taper";

    private ClusterAddress(string name) => Name = name;

    /// <summary>The cluster's name: several may share a Redis server.</summary>
    public string Name { get; }

    /// <summary>host:port of the Redis server that keeps the membership; null where a silo does.</summary>
    public string? Redis { get; private init; }

    /// <summary>Endpoint of the silo that keeps the membership in its memory, for clusters on one machine; null where Redis does.</summary>
    public IPEndPoint? Front { get; private init; }

    /// <summary>A cluster on this machine whose membership one silo keeps.</summary>
    public static ClusterAddress OfFront(IPEndPoint front) => new(DefaultName) { Front = front };

    /// <summary>Reads <c>redis://host:port/name</c>, or <c>local://localhost:port</c> for a cluster that <c>taper cluster local</c> runs here.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static ClusterAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" })
        {
            string name = uri.AbsolutePath.Trim('/');
            if (uri.Scheme == "redis")
            {
                int port = uri.Port > 0 ? uri.Port : 6379;
                return new ClusterAddress(name.Length > 0 ? name : DefaultName) { Redis = string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{port}") };
            }

            if (uri.Scheme == "local" && uri.Host == "localhost" && uri.Port > 0)
            {
                return OfFront(new IPEndPoint(IPAddress.Loopback, uri.Port));
            }
        }

        throw new FormatException($"'{text}' is no address of a cluster; name one as redis://host:6379/name.");
    }

    /// <inheritdoc/>
    public override string ToString() => Front is not null ? $"local://localhost:{Front.Port}" : $"redis://{Redis}/{Name}";
}
