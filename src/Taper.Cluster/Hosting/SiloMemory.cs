namespace Taper.Cluster.Hosting;

/// <summary>The memory that shards may take on a silo.</summary>
/// <param name="identity">The silo.</param>
/// <param name="limit">The most, in bytes; null for no limit.</param>
internal sealed class SiloMemory(SiloIdentity identity, long? limit)
{
    private readonly Lock _lock = new();
    private long _taken;

    /// <summary>Takes some.</summary>
    /// <exception cref="ClusterException">There is not so much left.</exception>
    public void Reserve(long bytes, string what)
    {
        lock (_lock)
        {
            if (_taken + bytes > limit)
            {
                throw new ClusterException(
                    $"silo {identity.Name}: {what} needs {bytes >> 20} MiB, and {(limit - _taken) >> 20} of {limit >> 20} MiB are left; add silos and --shards, or raise --memory.");
            }

            _taken += bytes;
        }
    }

    /// <summary>Gives it back.</summary>
    public void Release(long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
        }
    }
}
