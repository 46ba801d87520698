using OpenTelemetry;
using OpenTelemetry.Exporter;
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
                metrics.AddOtlpExporter(otlp => SendTo(otlp, settings, "v1/metrics"));
            }
        });
        if (sends)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(ServingMetrics.MeterName, "Microsoft.AspNetCore")
                .AddOtlpExporter(otlp => SendTo(otlp, settings, "v1/traces")));
        }
    }

    /// <summary>Over HTTP, an endpoint that is set by hand is taken as it is: the path of the signal belongs to it.</summary>
    private static void SendTo(OtlpExporterOptions otlp, TelemetrySettings settings, string path)
    {
        bool isHttp = settings.OtlpProtocol == OtlpProtocol.Http;
        otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        otlp.Endpoint = new Uri(isHttp ? $"{settings.OtlpEndpoint.TrimEnd('/')}/{path}" : settings.OtlpEndpoint);
    }
}
