using System.Diagnostics;
using System.Diagnostics.Metrics;
using Taper.Server.Repository;

namespace Taper.Server.Telemetry;

/// <summary>
/// The meter <c>Taper.Serving</c>. Labels are a model, its version, an outcome or the name of a field; never a feature
/// value. Thread-safe.
/// </summary>
internal sealed class ServingMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Taper.Serving";

    /// <summary>The outcome of a request that was scored.</summary>
    public const string Done = "ok";

    /// <summary>The outcome of a request that could not be scored as it was.</summary>
    public const string Refused = "refused";

    /// <summary>The outcome of a request for which there was no room or time.</summary>
    public const string Busy = "busy";

    /// <summary>The outcome of a request whose client went away.</summary>
    public const string Abandoned = "abandoned";

    /// <summary>The outcome of a request that failed unexpectedly.</summary>
    public const string Failed = "failed";

    private readonly TimeProvider clock;
    private readonly ModelRepository repository;
    private readonly Histogram<double> duration;
    private readonly Histogram<long> rows;

    public ServingMetrics(IMeterFactory factory, ModelRepository repository, TimeProvider clock)
    {
        this.clock = clock;
        this.repository = repository;
        Meter meter = factory.Create(MeterName);
        duration = meter.CreateHistogram<double>("taper.inference.duration", "s", "Time that rows took to be scored, waiting included.");
        rows = meter.CreateHistogram<long>("taper.inference.rows", "{row}", "Rows of a request.");
        meter.CreateObservableCounter("taper.embedding.lookups", () => ByField((usage, field) => usage.ValuesOf(field)), "{value}", "Feature values looked up.");
        meter.CreateObservableCounter("taper.embedding.oov", () => ByField((usage, field) => usage.UnknownOf(field)), "{value}", "Feature values that are not in the vocabulary.");
        meter.CreateObservableGauge("taper.embedding.table.size", TableSizes, "By", "Bytes of the embeddings of a version.");
        meter.CreateObservableGauge("taper.model.info", Infos, "{model}", "1 for each version that answers.");
    }

    /// <summary>When something starts.</summary>
    public long Start() => clock.GetTimestamp();

    /// <summary>Notes a request that was scored, or was not.</summary>
    public void Scored(ModelVersion version, int count, string outcome, long started)
    {
        TagList tags = new() { { "model", version.Model }, { "version", version.VersionText }, { "outcome", outcome } };
        duration.Record(clock.GetElapsedTime(started).TotalSeconds, tags);
        rows.Record(count, tags);
    }

    private IEnumerable<Measurement<long>> ByField(Func<ModelUsage, int, long> count) =>
        from version in repository.Ready
        from field in Enumerable.Range(0, version.Fields.Count)
        where version.Fields.Fields[field].HasEmbedding
        select new Measurement<long>(
            count(version.Usage, field), [.. TagsOf(version), KeyValuePair.Create("field", (object?)version.Fields.Fields[field].Name)]);

    private IEnumerable<Measurement<long>> TableSizes() =>
        repository.Ready.Select(version => new Measurement<long>(version.Manifest.Embedding.Bytes, TagsOf(version)));

    private IEnumerable<Measurement<int>> Infos() => repository.Ready.Select(version => new Measurement<int>(
        1,
        [
            .. TagsOf(version),
            KeyValuePair.Create("network", (object?)version.Manifest.Network),
            KeyValuePair.Create("sizing", (object?)version.Manifest.Sizing),
        ]));

    private static KeyValuePair<string, object?>[] TagsOf(ModelVersion version) =>
        [KeyValuePair.Create("model", (object?)version.Model), KeyValuePair.Create("version", (object?)version.VersionText)];
}
