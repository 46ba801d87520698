using System.Diagnostics;
using System.Diagnostics.Metrics;
using Taper.Server.Repository;
using Taper.Store.Reading;

namespace Taper.Server.Telemetry;

/// <summary>What is measured of the store: rows that its cache had and had not, and how long reading the others took. Thread-safe.</summary>
internal sealed class StoreMetrics
{
    private readonly Counter<long> hits;
    private readonly Counter<long> misses;
    private readonly Counter<long> failures;
    private readonly Histogram<double> duration;

    public StoreMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(ServingMetrics.MeterName);
        hits = meter.CreateCounter<long>("taper.store.cache.hits", "{row}", "Rows that the cache of the store had.");
        misses = meter.CreateCounter<long>("taper.store.cache.misses", "{row}", "Rows that were read from the store.");
        failures = meter.CreateCounter<long>("taper.store.failures", "{failure}", "Times that the store could not be read.");
        duration = meter.CreateHistogram<double>("taper.store.fetch.duration", "s", "Time that the rows of a request took to be read; only where some were not in the cache.");
    }

    /// <summary>Notes that rows were fetched.</summary>
    public void Fetched(ModelVersion version, FetchCounts counts, double seconds)
    {
        TagList tags = new() { { "model", version.Model }, { "version", version.VersionText } };
        hits.Add(counts.Hits, tags);
        misses.Add(counts.Misses, tags);
        if (counts.Misses > 0)
        {
            duration.Record(seconds, tags);
        }
    }

    /// <summary>Notes that they could not be.</summary>
    public void Failed(string model) => failures.Add(1, KeyValuePair.Create("model", (object?)model));
}
