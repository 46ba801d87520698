using System.Diagnostics.Metrics;

namespace Taper.Cluster.Hosting;

/// <summary>
/// What a silo's shards and workers do, as metrics. A slow silo shows in them: its workers compute for long, and those of the
/// others wait.
/// </summary>
internal sealed class SiloMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Taper.Cluster";

    private const string Phase = "phase", Kind = "kind";

    private readonly Meter _meter;
    private readonly Counter<long> _steps;
    private readonly Counter<double> _seconds;
    private readonly Counter<long> _bytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _shards = [];

    public SiloMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _steps = _meter.CreateCounter<long>("taper.cluster.steps", "{step}", "Steps of the workers here.");
        _seconds = _meter.CreateCounter<double>("taper.cluster.step.time", "s", "Where the time of the workers' steps went.");
        _bytes = _meter.CreateCounter<long>("taper.cluster.wire", "By", "Bytes that the workers here sent to shards and had from them.");
        _meter.CreateObservableGauge("taper.cluster.shards", () => Shards(shards => shards.Count), "{shard}", "Shards here.");
        _meter.CreateObservableGauge("taper.cluster.shard.memory", () => Shards(shards => shards.Values.Sum()), "By", "What the shards here take.");
    }

    /// <summary>A shard is here, and takes so much.</summary>
    public void ShardHere(string key, long bytes)
    {
        lock (_lock)
        {
            _shards[key] = bytes;
        }
    }

    /// <summary>A shard is here no longer.</summary>
    public void ShardGone(string key)
    {
        lock (_lock)
        {
            _shards.Remove(key);
        }
    }

    /// <summary>A worker has done some steps.</summary>
    /// <param name="before">Its traffic before them.</param>
    /// <param name="now">And now.</param>
    public void StepsDone(WorkerTraffic before, WorkerTraffic now)
    {
        _steps.Add(now.Steps - before.Steps);
        Spent("compute", now.ComputeSeconds - before.ComputeSeconds);
        Spent("pull", now.PullSeconds - before.PullSeconds);
        Spent("push", now.PushSeconds - before.PushSeconds);
        Spent("apply", now.ApplySeconds - before.ApplySeconds);
        Spent("wait", now.WaitSeconds - before.WaitSeconds);
        _bytes.Add(now.EmbeddingBytes - before.EmbeddingBytes, new KeyValuePair<string, object?>(Kind, "embeddings"));
        _bytes.Add(now.DenseBytes - before.DenseBytes, new KeyValuePair<string, object?>(Kind, "network"));
    }

    public void Dispose() => _meter.Dispose();

    private void Spent(string phase, double seconds) => _seconds.Add(seconds, new KeyValuePair<string, object?>(Phase, phase));

    private long Shards(Func<Dictionary<string, long>, long> of)
    {
        lock (_lock)
        {
            return of(_shards);
        }
    }
}
