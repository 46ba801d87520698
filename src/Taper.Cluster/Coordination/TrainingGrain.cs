using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Taper.Cluster.Checkpoints;
using Taper.Cluster.Hosting;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Hosts a <see cref="Coordinator"/>. Where its silo is lost, the next call brings it up on another, and it goes on from what
/// lies in the run's folder.
/// </summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-training")]
internal sealed class TrainingGrain(IGrainFactory grains, CheckpointStores stores, ILocalSiloDetails silo, TimeProvider clock) : Grain, ITrainingGrain, IRemindable, IDisposable
{
    private const string Reminder = "go on";

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1); // Orleans' shortest

    private Coordinator? _coordinator;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var record = new CoordinatorRecord(this.GetPrimaryKeyString());
        if (record.Unfinished() is { } plan)
        {
            Begin(plan with { Resume = true });
            _coordinator!.Events.Message("The training's coordinator was lost; another goes on from the last checkpoint.");
        }

        return Task.CompletedTask;
    }

    public async Task Start(TrainingPlan plan)
    {
        if (HasReminders)
        {
            await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        }

        if (_coordinator is not { Phase: TrainingPhase.Running })
        {
            Begin(plan);
        }
        else if (_coordinator.Plan with { Resume = plan.Resume } != plan)
        {
            throw new ClusterException($"{plan.RunFolder}: another training is under way here; stop it first, or name another run folder.");
        }
    }

    /// <summary>Being called is all it takes to go on where all silos were lost, and the workers that would call with them; forgotten once nothing is to be done.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_coordinator is not { Phase: TrainingPhase.Running } && await this.GetReminder(reminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public Task<TrainingReport> Report(string life, int seen)
    {
        if (_coordinator is null)
        {
            return Task.FromResult(LastReport());
        }

        if (_coordinator.Phase == TrainingPhase.Superseded)
        {
            DeactivateOnIdle(); // the next call finds the one that goes on
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

    public Task Wake() => Task.CompletedTask;

    public Task Stop()
    {
        if (_coordinator is not { Phase: TrainingPhase.Running })
        {
            throw new ClusterException($"{this.GetPrimaryKeyString()}: no training is under way here on this cluster.");
        }

        _coordinator.Stop();
        return Task.CompletedTask;
    }

    public void Dispose() => _coordinator?.Dispose();

    /// <summary>A cluster whose membership lies in a silo's memory has nowhere to keep them.</summary>
    private bool HasReminders => ServiceProvider.GetService<IReminderTable>() is not null;

    /// <summary>The training may have ended with the silo that it ended on.</summary>
    private TrainingReport LastReport()
    {
        TrainingResult? result = new RunFolder(this.GetPrimaryKeyString()).ReadResult();
        string? failure = new CoordinatorRecord(this.GetPrimaryKeyString()).Failure;
        return new TrainingReport
        {
            Life = "",
            Phase = result is not null ? TrainingPhase.Finished : failure is not null ? TrainingPhase.Failed : TrainingPhase.Unknown,
            Events = [],
            Outcome = result is not null ? WireText.Of(result) : failure,
        };
    }

    private void Begin(TrainingPlan plan)
    {
        DelayDeactivation(TimeSpan.MaxValue); // a training takes as long as it takes
        _coordinator = new Coordinator(plan, grains, stores, silo.SiloAddress, clock);
        _coordinator.Begin();
    }
}
