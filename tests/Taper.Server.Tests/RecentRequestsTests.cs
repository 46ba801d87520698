using CsCheck;
using Taper.Server.Telemetry;

namespace Taper.Server.Tests;

/// <summary>The figures of the last minute, against a list of all requests.</summary>
public sealed class RecentRequestsTests
{
    private static readonly Gen<(double At, double? Took, int Rows)[]> Requests = Gen.Select(
        Gen.Double[0, 200],
        Gen.Select(Gen.Double[-6, 1.5], Gen.Int[0, 9], (exponent, kind) => kind == 0 ? null : (double?)Math.Pow(10, exponent)),
        Gen.Int[1, 50]).Array[0, 60];

    [Fact]
    public void Figures_are_those_of_the_last_minute() => Requests.Sample(requests =>
    {
        var recent = new RecentRequests();
        foreach ((double at, double? took, int rows) in requests.OrderBy(r => r.At))
        {
            recent.Record(TimeSpan.FromSeconds(at), took is double s ? TimeSpan.FromSeconds(s) : null, rows);
        }

        RecentFigures figures = recent.Summary(TimeSpan.FromSeconds(200.5));
        var window = requests.Where(r => r.At >= 142).ToArray(); // 29 slots of two seconds and the beginning of one
        double[] latencies = [.. window.Where(r => r.Took is not null).Select(r => r.Took!.Value).Order()];
        Assert.Equal(58.5, figures.Window.TotalSeconds, 1e-9);
        Assert.Equal(latencies.Length, figures.Scored);
        Assert.Equal(window.Length - latencies.Length, figures.NotScored);
        Assert.Equal(window.Where(r => r.Took is not null).Sum(r => r.Rows), figures.Rows);
        Assert.Equal(
            Enumerable.Range(0, 29).Select(i => window.Count(r => (int)(r.At / 2) == 71 + i)),
            figures.History);
        foreach (double share in (double[])[0.5, 0.9, 0.99])
        {
            if (latencies.Length == 0)
            {
                Assert.Null(figures.Percentile(share));
                continue;
            }

            double exact = latencies[(int)Math.Ceiling(share * latencies.Length) - 1];
            Assert.InRange(figures.Percentile(share)!.Value.TotalSeconds, (exact / 1.07) - 1.1e-6, (exact * 1.07) + 1.1e-6);
        }
    });

    [Fact]
    public void Buckets_follow_each_other_without_a_gap()
    {
        for (int bucket = 0; bucket < LatencyBuckets.Count; bucket++)
        {
            Assert.Equal(bucket, LatencyBuckets.Of(LatencyBuckets.StartOf(bucket)));
            Assert.Equal(Math.Min(bucket + 1, LatencyBuckets.Count - 1), LatencyBuckets.Of(LatencyBuckets.StartOf(bucket + 1)));
        }

        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.Of(TimeSpan.MaxValue));
        Assert.Equal(0, LatencyBuckets.Of(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void Threads_record_at_the_same_time()
    {
        var recent = new RecentRequests();
        Parallel.For(0, 10_000, i => recent.Record(TimeSpan.FromSeconds(100 + (i / 1000.0)), TimeSpan.FromMilliseconds(i % 7), 2));
        RecentFigures figures = recent.Summary(TimeSpan.FromSeconds(111));
        Assert.Equal((10_000, 20_000, 0), (figures.Scored, figures.Rows, figures.NotScored));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var recent = new RecentRequests();
        recent.Record(TimeSpan.Zero, TimeSpan.Zero, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            recent.Record(TimeSpan.FromSeconds(i), TimeSpan.FromMilliseconds(i), 1);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
