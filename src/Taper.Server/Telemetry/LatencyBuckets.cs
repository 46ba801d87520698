using System.Numerics;

namespace Taper.Server.Telemetry;

/// <summary>
/// Buckets of a latency histogram: one for each microsecond below 16, then 16 for each doubling, so that a bucket is at
/// most 1/16 wide of where it begins, up to 134 s; the last one holds all that is longer.
/// </summary>
internal static class LatencyBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 24 * PerDoubling;

    private const int PerDoubling = 16;
    private const int Bits = 4; // of PerDoubling

    /// <summary>The bucket of a latency.</summary>
    public static int Of(TimeSpan latency)
    {
        long microseconds = Math.Max(0, latency.Ticks / TimeSpan.TicksPerMicrosecond);
        if (microseconds < PerDoubling)
        {
            return (int)microseconds;
        }

        int doublings = BitOperations.Log2((ulong)microseconds) - Bits;
        long bucket = ((doublings + 1L) * PerDoubling) + ((microseconds >> doublings) - PerDoubling);
        return (int)Math.Min(bucket, Count - 1);
    }

    /// <summary>Where a bucket begins.</summary>
    /// <param name="bucket">0 to <see cref="Count"/>, the end of the last one.</param>
    public static TimeSpan StartOf(int bucket) => TimeSpan.FromMicroseconds(bucket < PerDoubling
        ? bucket
        : (long)(PerDoubling + (bucket % PerDoubling)) << ((bucket / PerDoubling) - 1));
}
