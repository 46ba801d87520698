
namespace Taper.Server.Settings;

/// <summary>What is told about the work.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>See the attribute.</summary>
    [Setting("How log lines look on stderr: `text` or `json`.")]
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>See the attribute.</summary>
    [Setting("The least level of log lines.")]
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>See the attribute.</summary>
    [Setting("Whether `/metrics` answers Prometheus.")]
    public bool Prometheus { get; init; } = true;

    /// <summary>See the attribute.</summary>
    [Setting("Where metrics and traces are sent by OTLP, such as http://collector:4317; empty: nowhere.")]
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("How OTLP is spoken: `grpc`, or `http` (protobuf; such as http://collector:4318, below which /v1/metrics and /v1/traces are posted to).")]
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;
}
