namespace Taper.Server.Telemetry;

/// <summary>What the requests of the last minute were like.</summary>
/// <param name="counts">Scored requests by <see cref="LatencyBuckets"/>.</param>
/// <param name="rows">Rows scored.</param>
/// <param name="notScored">Requests that were refused, for which there was no room, or that failed.</param>
/// <param name="history">Requests of each two seconds, the oldest first; those that are not over are left out.</param>
internal sealed class RecentFigures(long[] counts, long rows, long notScored, IReadOnlyList<int> history)
{
    /// <summary>The time that is looked back.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Requests that were scored.</summary>
    public long Scored { get; } = counts.Sum();

    /// <summary>Requests that were not.</summary>
    public long NotScored => notScored;

    /// <summary>Rows scored.</summary>
    public long Rows => rows;

    /// <summary>Requests of each two seconds, the oldest first.</summary>
    public IReadOnlyList<int> History => history;

    /// <summary>The latency that a share of the scored requests stayed below, to 1/16; null when there were none.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public TimeSpan? Percentile(double share)
    {
        double wanted = share * Scored;
        long before = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            if (counts[bucket] > 0 && before + counts[bucket] >= wanted)
            {
                TimeSpan start = LatencyBuckets.StartOf(bucket);
                return start + ((LatencyBuckets.StartOf(bucket + 1) - start) * ((wanted - before) / counts[bucket]));
            }

            before += counts[bucket];
        }

        return null;
    }
}
