using Microsoft.Extensions.Hosting;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>When the server is to stop, lets it go on answering for a while: it is no longer ready, and load balancers see that.</summary>
internal sealed class Draining(ListenSettings settings, TimeProvider clock) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => settings.DrainSeconds > 0
        ? Task.Delay(TimeSpan.FromSeconds(settings.DrainSeconds), clock, cancellationToken)
        : Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
