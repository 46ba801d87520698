namespace Taper.Server.Settings;

/// <summary>How OTLP is spoken.</summary>
internal enum OtlpProtocol
{
    /// <summary>gRPC; collectors listen at port 4317.</summary>
    Grpc,

    /// <summary>HTTP with protobuf bodies; collectors listen at port 4318.</summary>
    Http,
}
