namespace Taper.Server.Settings;

/// <summary>Where and how connections are taken.</summary>
internal sealed record ListenSettings
{
    /// <summary>See the attribute.</summary>
    [Setting("Addresses, with `;` between them. Beyond this machine (http://0.0.0.0:8080) API keys are needed.")]
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>See the attribute.</summary>
    [Setting("Addresses of gRPC without TLS (HTTP/2 alone), with `;` between them; `next`: for each http address of `listen.urls` the port after it; empty: none. An https address answers gRPC itself.")]
    public string GrpcUrls { get; init; } = "next";

    /// <summary>See the attribute.</summary>
    [Setting("Connections at the same time; further ones are closed.", Min = 1, Max = 1_000_000)]
    public int MaxConnections { get; init; } = 4096;

    /// <summary>See the attribute.</summary>
    [Setting("Seconds within which a request's headers have to be there.", Min = 1, Max = 600)]
    public double HeaderSeconds { get; init; } = 10;

    /// <summary>See the attribute.</summary>
    [Setting("Seconds that an idle connection is kept.", Min = 1, Max = 86_400)]
    public double KeepAliveSeconds { get; init; } = 130;

    /// <summary>See the attribute.</summary>
    [Setting("Bytes a second that a request's body and an answer's reader must reach, after 5 seconds; 0: no limit.", Min = 0, Max = 1e9)]
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>See the attribute.</summary>
    [Setting("Seconds that a server which is to stop goes on answering, not ready any more, so that a load balancer can turn away.", Min = 0, Max = 600)]
    public double DrainSeconds { get; init; }

    /// <summary>See the attribute.</summary>
    [Setting("Seconds that running requests have when the server is stopped.", Min = 0, Max = 3600)]
    public double ShutdownSeconds { get; init; } = 30;
}
