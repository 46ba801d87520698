using Microsoft.Extensions.Hosting;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>Loads what is there before the first connection is taken, then looks for new versions again and again.</summary>
internal sealed class RepositoryWatch(ModelRepository repository, ModelSettings settings, TimeProvider clock) : BackgroundService
{
    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        repository.Poll();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(settings.PollSeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            repository.Poll();
        }
    }
}
