using Microsoft.Extensions.Diagnostics.HealthChecks;
using Taper.Server.Endpoints;

namespace Taper.Server.Grpc;

/// <summary>What gRPC's health service tells: the same as <c>/v2/health/ready</c>.</summary>
internal sealed class ReadyCheck(IServiceProvider services) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(HealthEndpoints.IsReady(services) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
