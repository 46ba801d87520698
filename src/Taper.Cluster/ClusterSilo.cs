using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Taper.Cluster.Checkpoints;
using Taper.Cluster.Hosting;

namespace Taper.Cluster;

/// <summary>One machine's part of a cluster: it hosts parts of whatever is prepared and trained.</summary>
public sealed class ClusterSilo : IAsyncDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly SiloEnd _end;

    private ClusterSilo(IHost host, SiloEnd end) => (_host, _end) = (host, end);

    /// <summary>The trainings of the cluster that this silo belongs to.</summary>
    public ClusterTrainings Trainings => new(_host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<TimeProvider>());

    /// <summary>Prepares datasets on that cluster.</summary>
    public ClusterDatasets Datasets => new(_host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<TimeProvider>());

    /// <summary>Done, with the reason, when the silo cannot go on: the others gave it up, or the membership was lost. It is to be started anew.</summary>
    public Task<string> Ended => _end.Reason;

    /// <summary>Starts a silo and joins the cluster.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ClusterException">The port is taken, or the membership cannot be reached.</exception>
    public static async Task<ClusterSilo> StartAsync(SiloOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ScratchFolder.RemoveLeftovers();
        var identity = new SiloIdentity(options.IsFront ? SiloNames.Front + options.Name : options.Name);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var end = new SiloEnd();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(options.IsVerbose ? LogLevel.Information : LogLevel.None); // what matters is told in lines
        builder.Services.AddSingleton(end);
        builder.Services.AddSingleton<IFatalErrorHandler>(end);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(identity);
        builder.Services.AddSingleton(new SiloMemory(identity, options.MemoryLimit));
        builder.Services.AddSingleton<SiloMetrics>();
        builder.Services.AddSingleton<CheckpointStores>();
        if (options.MetricsPort is int port)
        {
            builder.Services.AddSingleton<IHostedService>(_ => new MetricsEndpoint(port));
        }

        builder.UseOrleans(silo => Configure(silo, options, identity));
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return new ClusterSilo(host, end);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            host.Dispose();
            throw Unreachable.Membership(options.Cluster, e) ?? new ClusterException($"The silo could not join {options.Cluster}: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_end.Reason.IsCompleted)
        {
            await EndAsync().ConfigureAwait(false);
            return;
        }

        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }

    /// <summary>
    /// A silo that was given up has nothing to hand over, and may be long about telling a membership that it left which does not know it any more:
    /// whoever waits to start it anew would wait in vain.
    /// </summary>
    private async Task EndAsync()
    {
        try
        {
            await _host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeToEnd, _host.Services.GetRequiredService<TimeProvider>()).ConfigureAwait(false);
            _host.Dispose();
        }
        catch (TimeoutException)
        {
            // What is left of it ends with its process.
        }
    }

    private static void Configure(ISiloBuilder silo, SiloOptions options, SiloIdentity identity)
    {
        ClusterSettings.Name(silo.Services, options.Cluster);
        if (options.Cluster.Front is { } front)
        {
            silo.UseDevelopmentClustering(front);
        }
        else if (options.Cluster.Redis is { } redis)
        {
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
            silo.UseRedisReminderService(reminders => reminders.ConfigurationOptions = redis);
        }
        else
        {
            silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (ClusterSettings.Postgres, options.Cluster.Postgres));
            silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (ClusterSettings.Postgres, options.Cluster.Postgres));
        }

        if (options.Cluster.Front is null)
        {
            silo.Services.AddHostedService<MembershipWatch>();
        }

        silo.Configure<Orleans.Configuration.SiloOptions>(configured => configured.SiloName = identity.Name);
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = options.Address;
            endpoint.SiloPort = options.Port;
            endpoint.GatewayPort = options.GatewayPort;
            endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, options.Port);
            endpoint.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, options.GatewayPort);
        });
        silo.Configure<ClusterMembershipOptions>(ClusterSettings.Liveness);
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.ResponseTimeout = ClusterSettings.ResponseTimeout;
            messaging.MaxMessageBodySize = ClusterSettings.LargestMessage;
        });
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromDays(1));
        silo.AddPlacementDirector<SpreadPlacement, SpreadPlacementDirector>();
    }
}
