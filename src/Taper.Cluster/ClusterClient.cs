using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Taper.Cluster.Hosting;

namespace Taper.Cluster;

/// <summary>A connection to a cluster from outside it.</summary>
public sealed class ClusterClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // with silos that are in the membership and were lost
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    /// <summary>The cluster's trainings.</summary>
    public ClusterTrainings Trainings => new(_host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<TimeProvider>());

    /// <summary>Prepares datasets on the cluster.</summary>
    public ClusterDatasets Datasets => new(_host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<TimeProvider>());

    /// <summary>Connects.</summary>
    /// <param name="cluster">The cluster; not one that a silo of this machine keeps together.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ClusterException">No silo of the cluster can be reached.</exception>
    public static async Task<ClusterClient> ConnectAsync(ClusterAddress cluster, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.Front is not null)
        {
            throw new ClusterException($"{cluster}: only the process that made it can train on it; name a cluster as redis://host:6379/name.");
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.TryAddSingleton(TimeProvider.System);
        long started = TimeProvider.System.GetTimestamp();
        builder.UseOrleansClient(client =>
        {
            client.UseConnectionRetryFilter(async (_, stopping) =>
            {
                await Task.Delay(Pause, TimeProvider.System, stopping).ConfigureAwait(false);
                return TimeProvider.System.GetElapsedTime(started) < Patience;
            });
            ClusterSettings.Name(client.Services, cluster);
            if (cluster.Redis is { } redis)
            {
                client.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
            }
            else
            {
                client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (ClusterSettings.Postgres, cluster.Postgres));
            }

            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(30));
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        });
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return new ClusterClient(host);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            host.Dispose();
            throw Unreachable.Membership(cluster, e) ?? new ClusterException($"{cluster}: no silo of the cluster can be reached; start some with taper cluster silo.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }
}
