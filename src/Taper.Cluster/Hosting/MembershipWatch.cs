using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Taper.Cluster.Hosting;

/// <summary>
/// Ends a silo that the membership does not know any more: a server that came back without its data. Silos would go on as
/// they were among themselves, and those that are started from then on would make another cluster beside them.
/// </summary>
internal sealed class MembershipWatch(IMembershipTable table, ILocalSiloDetails silo, SiloEnd end, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        bool wasThere = false;
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                bool isThere = await IsThereAsync(stoppingToken).ConfigureAwait(false);
                if (wasThere && !isThere)
                {
                    end.Because("the membership was lost with the data of its server");
                }

                wasThere |= isThere;
            }
            catch (Exception e) when (e is RedisException or DbException or TimeoutException or OrleansException)
            {
                // It cannot be reached now; the cluster goes on as it is.
            }
        }
    }

    private async Task<bool> IsThereAsync(CancellationToken stopping)
    {
        try
        {
            MembershipTableData all = await table.ReadAllAsync(stopping).ConfigureAwait(false);
            return all.Members.Any(member => member.Item1.SiloAddress.Equals(silo.SiloAddress));
        }
        catch (RedisClusteringException)
        {
            return false; // the server answered, and has no table
        }
    }
}
