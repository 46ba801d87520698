using Microsoft.Extensions.Configuration;
using Taper.Server.Settings;

namespace Taper.Server.Security;

/// <summary>The addresses that a server listens on.</summary>
/// <param name="Http">Those of HTTP.</param>
/// <param name="Grpc">Those of HTTP/2 alone: without TLS, an address cannot tell it from HTTP/1.1 before it is spoken.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Http, IReadOnlyList<string> Grpc)
{
    private const string Endpoints = "Kestrel:Endpoints";
    private const string Next = "next";

    /// <summary>All of them, those of HTTP first.</summary>
    public IEnumerable<string> All => Http.Concat(Grpc);

    /// <summary>What Kestrel's own settings say, or else ours.</summary>
    /// <exception cref="SettingsException">One is no address.</exception>
    public static ListenAddresses Of(ListenSettings settings, IConfiguration configuration)
    {
        string[] kestrels = [.. configuration.GetSection(Endpoints).GetChildren().Select(endpoint => endpoint["Url"] ?? "")];
        if (kestrels.Length > 0)
        {
            return new ListenAddresses(kestrels, []);
        }

        string[] http = Split(settings.Urls);
        return new ListenAddresses(http, settings.GrpcUrls == Next ? [.. http.SelectMany(NextTo)] : Split(settings.GrpcUrls));
    }

    /// <summary>An address in its parts.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public static BindingAddress Parse(string url)
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

    /// <summary>Has Kestrel listen on them, in their order.</summary>
    public void AddTo(IConfigurationManager configuration)
    {
        if (configuration.GetSection(Endpoints).GetChildren().Any())
        {
            return;
        }

        var settings = new Dictionary<string, string?> { ["urls"] = "", ["http_ports"] = "", ["https_ports"] = "" };
        foreach ((int i, string url) in Http.Index())
        {
            settings[$"{Endpoints}:http-{i}:Url"] = url;
        }

        foreach ((int i, string url) in Grpc.Index())
        {
            settings[$"{Endpoints}:rpc-{i}:Url"] = url;
            settings[$"{Endpoints}:rpc-{i}:Protocols"] = "Http2";
        }

        configuration.AddInMemoryCollection(settings);
    }

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The port after an address's; any free one where its own is any. With TLS the address itself answers gRPC.</summary>
    private static IEnumerable<string> NextTo(string url)
    {
        BindingAddress address = Parse(url);
        if (address.Scheme == "http" && !address.IsUnixPipe)
        {
            yield return $"http://{address.Host}:{(address.Port == 0 ? 0 : address.Port + 1)}";
        }
    }
}
