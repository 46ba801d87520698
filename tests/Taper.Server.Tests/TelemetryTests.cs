using System.Text;

namespace Taper.Server.Tests;

/// <summary>What is told about the work. Meters are the process's: no other server may run meanwhile.</summary>
[Collection(nameof(TelemetryTests))]
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryTests
{
    [Fact]
    public async Task Prometheus_reads_requests_lookups_and_models()
    {
        await using TestServer server = await TestServer.StartAsync();
        (await server.PostAsync("/v1/models/random:predict", """{"instances": [{"colour": "red"}, {"colour": "a secret value"}]}""")).Good();
        await server.PostAsync("/v1/models/random:predict", """{"instances": [{"price": 1e300}]}""");
        string metrics = Encoding.UTF8.GetString((await server.GetAsync("/metrics")).Good().Body);
        foreach (string line in (string[])
        [
            "taper_inference_duration_seconds_count{model=\"random\",outcome=\"ok\",version=\"1\"} 1",
            "taper_inference_duration_seconds_count{model=\"random\",outcome=\"refused\",version=\"1\"} 1",
            "taper_inference_rows_sum{model=\"random\",outcome=\"ok\",version=\"1\"} 2",
            "taper_embedding_lookups_total{field=\"colour\",model=\"random\",version=\"1\"} 2",
            "taper_embedding_oov_total{field=\"colour\",model=\"random\",version=\"1\"} 1",
            "taper_embedding_table_size_bytes{model=\"random\",version=\"1\"}",
            "taper_model_info{model=\"random\",network=\"dnn\",sizing=\"amtl\",version=\"1\"} 1",
            "http_server_request_duration_seconds",
        ])
        {
            Assert.Contains(line, metrics.Replace("otel_scope_name=\"Taper.Serving\",", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_is_sent_metrics_and_traces()
    {
        await using Collector collector = await Collector.StartAsync();
        await using (TestServer server = await TestServer.StartAsync($"telemetry.otlp_endpoint={collector.Url}", "telemetry.otlp_protocol=http"))
        {
            (await server.PostAsync("/v1/models/random:predict", """{"instances": [{"colour": "a secret value"}]}""")).Good();
        }

        Assert.Contains("taper.inference.duration", collector.Received("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("score", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", collector.Received("/v1/metrics") + collector.Received("/v1/traces"), StringComparison.Ordinal);
    }
}
