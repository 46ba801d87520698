using Orleans.Reminders.Redis;
using StackExchange.Redis;

namespace Taper.Cluster;

/// <summary>What cannot be reached, in words of this program.</summary>
internal static class Unreachable
{
    /// <summary>The failure of a cluster whose Redis server is the cause; null where it is not.</summary>
    public static ClusterException? Membership(ClusterAddress cluster, Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is RedisException or RedisTimeoutException or RedisRemindersException)
            {
                return new ClusterException($"{cluster}: no Redis server answers at {cluster.Redis}, which keeps the cluster's membership; start it, or name another with --cluster.", e);
            }
        }

        return null;
    }
}
