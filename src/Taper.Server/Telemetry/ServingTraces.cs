using System.Diagnostics;
using Taper.Server.Repository;

namespace Taper.Server.Telemetry;

/// <summary>The spans of <c>Taper.Serving</c>; they cost nothing while nobody listens.</summary>
internal static class ServingTraces
{
    private static readonly ActivitySource Source = new(ServingMetrics.MeterName);

    /// <summary>Begins the span of a request's scoring, waiting included.</summary>
    public static Activity? Score(ModelVersion version, int rows)
    {
        Activity? span = Source.StartActivity("score");
        span?.SetTag("model", version.Model).SetTag("version", version.VersionText).SetTag("rows", rows);
        return span;
    }
}
