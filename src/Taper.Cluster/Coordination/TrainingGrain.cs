using Orleans.Concurrency;
using Taper.Cluster.Hosting;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Hosts a <see cref="Coordinator"/>. Where its silo is lost, the next call brings it up on another, and it goes on from what
/// lies in the run's folder.
/// </summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-training")]
internal sealed class TrainingGrain(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider clock) : Grain, ITrainingGrain, IDisposable
{
    private Coordinator? _coordinator;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var record = new CoordinatorRecord(this.GetPrimaryKeyString());
        if (record.Unfinished() is { } plan)
        {
            Begin(plan with { Resume = true });
        }

        return Task.CompletedTask;
    }

    public Task Start(TrainingPlan plan)
    {
        if (_coordinator is not { Phase: TrainingPhase.Running })
        {
            Begin(plan);
        }
        else if (_coordinator.Plan with { Resume = plan.Resume } != plan)
        {
            throw new ClusterException($"{plan.RunFolder}: another training is under way here; stop it first, or name another run folder.");
        }

        return Task.CompletedTask;
    }

    public Task<TrainingReport> Report(string life, int seen)
    {
        if (_coordinator is null)
        {
            return Task.FromResult(new TrainingReport { Life = "", Phase = TrainingPhase.Unknown, Events = [] });
        }

        TrainingPhase phase = _coordinator.Phase; // before the events, so that a finished training's are all there
        var (events, step, cluster) = _coordinator.Events.Since(life == _coordinator.Life ? seen : 0);
        return Task.FromResult(new TrainingReport
        {
            Life = _coordinator.Life,
            Phase = phase,
            Events = events,
            Step = step,
            Cluster = cluster,
            Outcome = _coordinator.Outcome,
        });
    }

    public Task LookAfter() => Task.CompletedTask; // being called is enough: it is brought up for that

    public Task Stop()
    {
        _coordinator?.Stop();
        return Task.CompletedTask;
    }

    public void Dispose() => _coordinator?.Dispose();

    private void Begin(TrainingPlan plan)
    {
        DelayDeactivation(TimeSpan.MaxValue); // a training takes as long as it takes
        _coordinator = new Coordinator(plan, grains, silo.SiloAddress, clock);
        _coordinator.Begin();
    }
}
