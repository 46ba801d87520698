using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Taper.Cluster.Hosting;

/// <summary>What silos and clients of a cluster have to agree on, and how soon a silent silo is given up.</summary>
internal static class ClusterSettings
{
    /// <summary>What ADO.NET calls Npgsql.</summary>
    public const string Postgres = "Npgsql";

    /// <summary>Bytes of a message: a worker's predictions of a split come in one.</summary>
    public const int LargestMessage = 1 << 30;

    /// <summary>How long an answer may take that waits for no training: a shard of many gigabytes is read from a disk in it.</summary>
    public static TimeSpan ResponseTimeout { get; } = TimeSpan.FromMinutes(10);

    public static void Name(IServiceCollection services, ClusterAddress cluster) => services.Configure<ClusterOptions>(options =>
    {
        options.ClusterId = cluster.Name;
        options.ServiceId = "taper";
    });

    /// <summary>A silo that does not answer three probes of two seconds is suspected, and given up when two others suspect it, or all there are.</summary>
    public static void Liveness(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
    }
}
