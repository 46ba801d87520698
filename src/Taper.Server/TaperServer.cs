using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Taper.Embeddings.Storage;
using Taper.Server.Endpoints;
using Taper.Server.Grpc;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Scoring;
using Taper.Server.Security;
using Taper.Server.Settings;
using Taper.Server.Telemetry;

namespace Taper.Server;

/// <summary>The scoring server: bundles behind the Open Inference Protocol, TensorFlow-style predict, and ranking.</summary>
public static partial class TaperServer
{
    /// <summary>Runs a server until it is stopped by a signal or a token; running requests are finished.</summary>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    /// <exception cref="ArtifactException">There is nothing to serve at the path.</exception>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public static async Task RunAsync(ServerRequest request, CancellationToken cancellation)
    {
        await using WebApplication app = Create(request, _ => { });
        await StartAsync(app, cancellation);
        int http = app.Services.GetRequiredService<ListenAddresses>().Http.Count;
        foreach ((int i, string url) in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Index())
        {
            Listening(app.Logger, i < http ? "Serving" : "Serving gRPC", url);
        }

        await app.WaitForShutdownAsync(cancellation);
    }

    /// <summary>A server that is not started.</summary>
    /// <param name="request">What to serve.</param>
    /// <param name="configure">The last word on its services and its web host.</param>
    internal static WebApplication Create(ServerRequest request, Action<WebApplicationBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(request);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Taper.Server" });
        SettingSources.AddTo(builder.Configuration, request, Environment.GetEnvironmentVariables());
        ServerSettings settings = ServerSettings.From(builder.Configuration);
        ListenAddresses addresses = ListenAddresses.Of(settings.Listen, builder.Configuration);
        Security.Listening.Check(settings.Security, addresses);
        addresses.AddTo(builder.Configuration);
        builder.Logging.AddLogs(settings.Telemetry);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.Listen.DrainSeconds + settings.Listen.ShutdownSeconds));
        AddServices(builder.Services, settings);
        builder.Services.AddSingleton(addresses);
        configure(builder);
        return Map(builder.Build(), settings);
    }

    private static async Task StartAsync(WebApplication app, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (CryptographicException e)
        {
            throw new SettingsException($"The certificate of the section Kestrel cannot be used: {e.Message}", e);
        }
    }

    private static void AddServices(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Models);
        services.AddSingleton(settings.Listen);
        services.AddSingleton(settings.Scoring);
        services.AddSingleton(settings.Limits);
        services.AddSingleton(settings.Security);
        services.AddSingleton(settings.Store);
        services.AddSingleton<StoreMetrics>();
        services.AddSingleton<RowStore>();
        services.AddSingleton(provider => new DeltaBundles(settings.Models, provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddSingleton<VersionLoader>();
        services.AddSingleton<ModelRepository>();
        services.AddSingleton<IRowScorer, RowScorer>();
        services.AddSingleton<ScoringQueue>();
        services.AddSingleton<WorkspacePool>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<InferenceService>();
        services.AddHostedService<RepositoryWatch>();
        services.AddHostedService<Draining>();
        services.AddGrpcProtocol(settings.Limits);
        services.AddTelemetry(settings.Telemetry);
    }

    private static WebApplication Map(WebApplication app, ServerSettings settings)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<FailureAnswers>();
        if (HostGate.Allowed(settings.Security, app.Services.GetRequiredService<ListenAddresses>()) is { } hosts)
        {
            app.UseMiddleware<HostGate>(hosts);
        }

        app.UseRouting();
        app.UseMiddleware<ApiKeyGate>();
        app.MapHealth();
        app.MapInfer();
        app.MapPredict();
        app.MapRepository();
        app.MapOpenApiDocument();
        app.MapPage();
        app.MapPageApi();
        app.MapGrpcProtocol();
        if (settings.Telemetry.Prometheus)
        {
            app.MapPrometheusScrapingEndpoint("/metrics").Requires(Right.Infer);
        }

        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ServerSettings settings)
    {
        MinDataRate? least = settings.Listen.MinBytesPerSecond > 0
            ? new MinDataRate(settings.Listen.MinBytesPerSecond, TimeSpan.FromSeconds(5))
            : null;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = settings.Listen.MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(settings.Listen.HeaderSeconds);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(settings.Listen.KeepAliveSeconds);
        kestrel.Limits.MaxRequestBodySize = settings.Limits.MaxBodyBytes;
        kestrel.Limits.MinRequestBodyDataRate = least;
        kestrel.Limits.MinResponseDataRate = least;
    }

    [LoggerMessage(10, LogLevel.Information, "{What} at {Url}")]
    private static partial void Listening(ILogger log, string what, string url);
}
