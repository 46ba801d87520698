using System.Globalization;
using System.Net;
using Npgsql;
using StackExchange.Redis;

namespace Taper.Cluster;

/// <summary>Where a cluster's membership is kept, and what it is called there.</summary>
public sealed class ClusterAddress
{
    private const string DefaultName = "taper";
    private const int DefaultRedisPort = 6379;
    private const int DefaultPostgresPort = 5432;

    private readonly string _text;

    private ClusterAddress(string name, string text)
    {
        Name = name;
        _text = text;
    }

    /// <summary>The cluster's name: several may share a server.</summary>
    public string Name { get; }

    /// <summary>The Redis server that keeps the membership; null where another does.</summary>
    internal ConfigurationOptions? Redis { get; private init; }

    /// <summary>Connection string of the PostgreSQL database that keeps it; null where another does.</summary>
    internal string? Postgres { get; private init; }

    /// <summary>The silo that keeps it in its memory, for clusters on one machine; null where a server does.</summary>
    internal IPEndPoint? Front { get; private init; }

    /// <summary>A cluster on this machine whose membership one silo keeps.</summary>
    /// <param name="port">The port at which other silos reach it.</param>
    public static ClusterAddress OfFront(int port) => new(DefaultName, string.Create(CultureInfo.InvariantCulture, $"local://localhost:{port}"))
    {
        Front = new IPEndPoint(IPAddress.Loopback, port),
    };

    /// <summary>
    /// Reads <c>redis://[user:password@]host[:port][/name]</c> (<c>rediss</c> with TLS), <c>postgres://user:password@host[:port]/database[/name]</c>,
    /// or <c>local://localhost:port</c> for a cluster that <c>taper cluster local</c> runs here.
    /// </summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ClusterAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Host.Length: > 0, Query: "", Fragment: "" })
        {
            string[] path = [.. uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
            switch (uri.Scheme)
            {
                case "redis" or "rediss" when path.Length <= 1:
                    return OfRedis(uri, path.ElementAtOrDefault(0) ?? DefaultName);
                case "postgres" or "postgresql" when path.Length is 1 or 2:
                    return OfPostgres(uri, path[0], path.ElementAtOrDefault(1) ?? DefaultName);
                case "local" when uri is { Host: "localhost", Port: > 0, UserInfo: "" } && path.Length == 0:
                    return OfFront(uri.Port);
            }
        }

        throw new FormatException(
            "this is no address of a cluster; write redis://host:6379/name, or postgres://user:password@host:5432/database/name.");
    }

    /// <summary>The address without user and password.</summary>
    public override string ToString() => _text;

    private static ClusterAddress OfRedis(Uri uri, string name)
    {
        int port = uri.Port > 0 ? uri.Port : DefaultRedisPort;
        (string? user, string? password) = Credentials(uri);
        var options = new ConfigurationOptions { User = user, Password = password, Ssl = uri.Scheme == "rediss", AbortOnConnectFail = true };
        options.EndPoints.Add(uri.Host, port);
        return new ClusterAddress(name, string.Create(CultureInfo.InvariantCulture, $"{uri.Scheme}://{uri.Host}:{port}/{name}")) { Redis = options };
    }

    private static ClusterAddress OfPostgres(Uri uri, string database, string name)
    {
        int port = uri.Port > 0 ? uri.Port : DefaultPostgresPort;
        (string? user, string? password) = Credentials(uri);
        var connection = new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = port, Database = database, Username = user, Password = password };
        return new ClusterAddress(name, string.Create(CultureInfo.InvariantCulture, $"postgres://{uri.Host}:{port}/{database}/{name}"))
        {
            Postgres = connection.ConnectionString,
        };
    }

    private static (string? User, string? Password) Credentials(Uri uri)
    {
        string[] parts = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        return (parts[0].Length > 0 ? parts[0] : null, parts.ElementAtOrDefault(1));
    }
}
