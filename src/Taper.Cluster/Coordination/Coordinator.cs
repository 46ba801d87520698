using Taper.Cluster.Checkpoints;
using Taper.Data;
using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>
/// Trains on a thread of its own: generation after generation, each from the newest checkpoint, until the training is finished,
/// stopped, or fails for a reason that trying again does not mend.
/// </summary>
internal sealed class Coordinator(TrainingPlan plan, IGrainFactory grains, CheckpointStores stores, SiloAddress silo, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly CoordinatorRecord _record = new(Path.GetFullPath(plan.RunFolder));
    private TrainingPlan? _replaced; // whose run lay in the folder
    private Fence? _fence; // of the newest generation that was there when it began, and then of its own
    private volatile bool _isAbandoned;

    public TrainingPlan Plan => plan;

    /// <summary>Different for each coordinator, and so for each list of events.</summary>
    public string Life { get; } = Guid.NewGuid().ToString("N");

    public TrainingEvents Events { get; } = new();

    public TrainingPhase Phase { get; private set; } = TrainingPhase.Running;

    /// <summary>The result as JSON, or what went wrong.</summary>
    public string? Outcome { get; private set; }

    /// <summary>Begins; the training ends when it is done. From here on it is written down that it is to be done, whatever is lost.</summary>
    public void Begin()
    {
        _fence = new Fence(_record.Folder, Generations.Newest(_record.Folder));
        if (!plan.Resume)
        {
            _replaced = _record.Last();
            new RunFolder(plan.RunFolder).GiveUp(); // whoever comes after this coordinator resumes what lies here
        }

        _record.Begin(plan);
        Task.Factory.StartNew(Train, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Lets it write a checkpoint and stop.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Lets go of it, for another coordinator to go on.</summary>
    public void Dispose()
    {
        _isAbandoned = true;
        _stop.Cancel(); // not disposed of: the training's thread still looks at it
    }

    private void Train()
    {
        try
        {
            RemoveReplaced();
            Outcome = WireText.Of(TrainUntilDone());
            if (Events.Cluster is { } view && _fence is { IsOpen: true })
            {
                _record.Keep(view);
            }

            End(TrainingPhase.Finished);
        }
        catch (Exception e) when (_stop.IsCancellationRequested && !UserFault.Is(e) && e is not SupersededException)
        {
            End(TrainingPhase.Stopped); // what was lost while it stopped does not matter any more
        }
        catch (SupersededException)
        {
            Phase = TrainingPhase.Superseded;
        }
        catch (Exception e)
        {
            Outcome = e.Message;
            End(TrainingPhase.Failed);
        }
    }

    private void End(TrainingPhase phase)
    {
        if (!_isAbandoned && _fence is not { IsOpen: false })
        {
            if (phase == TrainingPhase.Failed)
            {
                _record.KeepFailure(Outcome!);
            }

            _record.End();
        }

        Phase = phase;
    }

    /// <summary>What the run that lay here has in an object store would be nobody's any more.</summary>
    private void RemoveReplaced()
    {
        if (_replaced is { Checkpoints: { } place } && place != plan.Checkpoints)
        {
            stores.Of(_replaced).Clear();
        }
    }

    private TrainingResult TrainUntilDone()
    {
        bool resume = plan.Resume;
        long steps = 0, since = clock.GetTimestamp();
        var losses = new LossesInARow();
        string? told = null;
        while (true)
        {
            try
            {
                CheckMembership();
                return TrainGeneration(Generations.Claim(_record.Folder), resume, losses);
            }
            catch (Exception e) when (e is not SupersededException && !UserFault.Is(e) && !_stop.IsCancellationRequested)
            {
                _fence!.Pass();
                if (Events.Steps > steps)
                {
                    (steps, since, told) = (Events.Steps, clock.GetTimestamp(), null);
                    losses.Count(e);
                }
                else if (clock.GetElapsedTime(since) > Patience)
                {
                    throw new ClusterException($"No step could be taken for {Patience.TotalMinutes:0} minutes: {e.Message}", e);
                }

                string loss = FailureText.Of(e.InnerException ?? e);
                if (loss != told)
                {
                    Events.Message($"A part of the training was lost ({loss}); going on from the last checkpoint.");
                }

                told = loss;
                resume = true;
                _stop.Token.WaitHandle.WaitOne(Pause);
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private TrainingResult TrainGeneration(long generation, bool resume, LossesInARow losses)
    {
        new TrainingParts(plan, generation - 1, grains).Release(); // whatever is left of it
        var parts = new TrainingParts(plan, generation, grains);
        var folder = new RunFolder(plan.RunFolder);
        Fence fence = _fence = new Fence(_record.Folder, generation);
        Leftovers.Clear(folder);
        var request = new TrainingRequest
        {
            Config = plan.ReadConfig(),
            ConfigYaml = plan.ConfigYaml,
            DatasetFolder = plan.DatasetFolder,
            RunFolder = plan.RunFolder,
            InitFrom = plan.InitFrom,
            Resume = resume && folder.Exists,
            Shards = plan.Shards,
            Clock = clock,
        };
        return Trainer.Run(request, Events, Begin, _stop.Token);

        ITrainingState Begin(TrainingRequest request, RunFolder folder, Dataset dataset, ITrainingProgress progress)
        {
            ClusterTrainingState state = ClusterTrainingState.Begin(plan, parts, fence, stores.Of(plan), request, folder, dataset, progress);
            state.Saved = losses.Forget;
            state.Changed = changed => Show(generation, changed);
            Show(generation, state);
            return state;
        }
    }

    /// <summary>A silo that the others have given up, or that cannot see them, must not begin a generation.</summary>
    private void CheckMembership()
    {
        IManagementGrain management = grains.GetGrain<IManagementGrain>(0);
        Dictionary<SiloAddress, SiloStatus> hosts = management.GetHosts(onlyActive: true).GetAwaiter().GetResult();
        if (!hosts.ContainsKey(silo))
        {
            throw new InvalidOperationException("This silo is no member of the cluster.");
        }
    }

    private void Show(long generation, ClusterTrainingState state)
    {
        var silos = state.Parts.Shards.Concat(state.Parts.Workers).Select(part => part.Silo).Distinct().Order(StringComparer.Ordinal);
        Events.Show(new ClusterView
        {
            Generation = generation,
            Silos =
            [
                .. silos.Select(name => new SiloView(
                    name,
                    state.Parts.Shards.Count(part => part.Silo == name),
                    state.Parts.Workers.Count(part => part.Silo == name),
                    state.Parts.Shards.Where(part => part.Silo == name).Sum(part => part.Bytes))),
            ],
            Traffic = state.Traffic,
        });
    }
}
