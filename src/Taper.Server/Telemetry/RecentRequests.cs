namespace Taper.Server.Telemetry;

/// <summary>
/// A version's requests of about the last minute: a ring of latency histograms, each of two seconds. Recording takes a
/// few atomic additions and allocates nothing. Thread-safe.
/// </summary>
internal sealed class RecentRequests
{
    /// <summary>The time of one histogram.</summary>
    public static readonly TimeSpan SlotTime = TimeSpan.FromSeconds(2);

    /// <summary>Histograms that are read: those before the one that is being filled, and that one.</summary>
    private const int Read = 30;

    private readonly Slot[] slots = [.. Enumerable.Range(0, Read + 2).Select(_ => new Slot())];

    /// <summary>Notes a request.</summary>
    /// <param name="at">When it ended, on a clock that only moves on.</param>
    /// <param name="took">How long it took; null when it was not scored.</param>
    /// <param name="rows">Its rows.</param>
    public void Record(TimeSpan at, TimeSpan? took, int rows)
    {
        long epoch = at.Ticks / SlotTime.Ticks;
        Slot slot = slots[epoch % slots.Length];
        if (!slot.StartsOrIs(epoch))
        {
            return; // ended a minute ago, and noted only now
        }

        if (took is { } latency)
        {
            Interlocked.Increment(ref slot.Counts[LatencyBuckets.Of(latency)]);
            Interlocked.Add(ref slot.Rows, rows);
        }
        else
        {
            Interlocked.Increment(ref slot.NotScored);
        }
    }

    /// <summary>Sums up the last minute.</summary>
    /// <param name="at">The time of now, on the same clock.</param>
    public RecentFigures Summary(TimeSpan at)
    {
        long now = at.Ticks / SlotTime.Ticks;
        long[] counts = new long[LatencyBuckets.Count];
        int[] history = new int[Read - 1];
        long rows = 0, notScored = 0;
        for (long epoch = Math.Max(0, now - Read + 1); epoch <= now; epoch++)
        {
            Slot slot = slots[epoch % slots.Length];
            if (Volatile.Read(ref slot.Epoch) != epoch)
            {
                continue;
            }

            int requests = slot.AddTo(counts) + Volatile.Read(ref slot.NotScored);
            rows += Interlocked.Read(ref slot.Rows);
            notScored += Volatile.Read(ref slot.NotScored);
            if (epoch < now)
            {
                history[epoch - now + history.Length] = requests;
            }
        }

        return new RecentFigures(counts, rows, notScored, history) { Window = (SlotTime * (Read - 1)) + TimeSpan.FromTicks(at.Ticks % SlotTime.Ticks) };
    }

    private sealed class Slot
    {
        public readonly int[] Counts = new int[LatencyBuckets.Count];
        public long Epoch = -1;
        public long Rows;
        public int NotScored;
        private readonly Lock starting = new();

        /// <summary>Makes this the slot of an epoch, once; false when it is that of a later one.</summary>
        public bool StartsOrIs(long epoch)
        {
            if (Volatile.Read(ref Epoch) == epoch)
            {
                return true;
            }

            lock (starting)
            {
                if (Epoch < epoch)
                {
                    Array.Clear(Counts);
                    Rows = NotScored = 0;
                    Volatile.Write(ref Epoch, epoch);
                }

                return Epoch == epoch;
            }
        }

        public int AddTo(long[] sums)
        {
            int all = 0;
            for (int i = 0; i < sums.Length; i++)
            {
                int count = Volatile.Read(ref Counts[i]);
                sums[i] += count;
                all += count;
            }

            return all;
        }
    }
}
