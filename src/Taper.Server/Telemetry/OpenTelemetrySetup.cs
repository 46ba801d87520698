using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Taper.Server.Settings;

namespace Taper.Server.Telemetry;

/// <summary>Metrics and traces by OpenTelemetry.</summary>
internal static class OpenTelemetrySetup
{
    private static readonly string[] AspNetMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Collects what is exported, and nothing where nothing is.</summary>
    public static void AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        bool sends = settings.OtlpEndpoint.Length > 0;
        if (!sends && !settings.Prometheus)
        {
            return;
        }

        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("taper"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter([ServingMetrics.MeterName, .. AspNetMeters]);
            if (settings.Prometheus)
            {
                metrics.AddPrometheusExporter();
            }

            if (sends)
            {
                metrics.AddOtlpExporter(otlp => otlp.Endpoint = new Uri(settings.OtlpEndpoint));
            }
        });
        if (sends)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(ServingMetrics.MeterName, "Microsoft.AspNetCore")
                .AddOtlpExporter(otlp => otlp.Endpoint = new Uri(settings.OtlpEndpoint)));
        }
    }
}
