using Taper.Cluster.Checkpoints;
using Taper.Cluster.Coordination;
using Taper.Training.Runs;

namespace Taper.Cluster;

/// <summary>Submits trainings to a cluster, follows and stops them.</summary>
public sealed class ClusterTrainings
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PatienceOfRequests = TimeSpan.FromMinutes(1); // until a silo that is lost is given up, and more

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;

    internal ClusterTrainings(IGrainFactory grains, TimeProvider clock)
    {
        _grains = grains;
        _clock = clock;
    }

    /// <summary>The names of the silos that take part in trainings.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ClusterException">No silo answers.</exception>
    public async Task<IReadOnlyList<string>> SilosAsync(CancellationToken cancellation = default)
    {
        MembershipEntry[] hosts = await Insist(() => _grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true), cancellation).ConfigureAwait(false);
        return [.. hosts.Select(host => host.SiloName).Where(name => !name.StartsWith(Hosting.SiloNames.Front, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Begins a training; does nothing where the same one is under way.</summary>
    /// <param name="plan">What is to be trained.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ClusterException">Another one is under way in its run folder, or no silo answers.</exception>
    /// <exception cref="FormatException">Its checkpoints are to lie where there is no object store.</exception>
    public Task StartAsync(TrainingPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Checkpoints is not null)
        {
            BucketPlace.Parse(plan.Checkpoints); // a coordinator would take it for a store that does not answer
        }

        TrainingPlan whole = plan with
        {
            DatasetFolder = Path.GetFullPath(plan.DatasetFolder),
            RunFolder = Path.GetFullPath(plan.RunFolder),
            InitFrom = plan.InitFrom is { } initial ? Path.GetFullPath(initial) : null,
        };
        return Insist(() => Done(Grain(whole.RunFolder).Start(whole)), cancellation);
    }

    /// <summary>Lets a training write a checkpoint and stop.</summary>
    /// <param name="runFolder">Its run folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ClusterException">None is under way there, or no silo answers.</exception>
    public Task StopAsync(string runFolder, CancellationToken cancellation = default) => Insist(() => Done(Grain(runFolder).Stop()), cancellation);

    /// <summary>Follows a training to its end. Silos may come and go meanwhile.</summary>
    /// <param name="runFolder">Its run folder.</param>
    /// <param name="progress">Hears what happens.</param>
    /// <param name="cancellation">Stops following; the training goes on.</param>
    /// <exception cref="ClusterException">It failed, or the cluster could not be reached for ten minutes.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, or following was.</exception>
    public async Task<TrainingResult> FollowAsync(string runFolder, IClusterProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        (string life, int seen, long heard, bool isLost) = ("", 0, _clock.GetTimestamp(), false);
        string? lastStep = null;
        while (true)
        {
            TrainingReport? report = null;
            try
            {
                report = await Grain(runFolder).Report(life, seen).WaitAsync(cancellation).ConfigureAwait(false);
                (heard, isLost) = (_clock.GetTimestamp(), false);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException && _clock.GetElapsedTime(heard) < Patience)
            {
                if (!isLost)
                {
                    progress.Message($"The cluster does not answer ({FailureText.Of(e)}); waiting for it.");
                }

                isLost = true;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                throw new ClusterException($"The cluster did not answer for {Patience.TotalMinutes:0} minutes: {FailureText.Of(e)}", e);
            }

            if (report is not null)
            {
                seen = (report.Life == life ? seen : 0) + report.Events.Length;
                life = report.Life;
                Tell(report, progress, ref lastStep);
                if (ResultOf(report, runFolder) is { } result)
                {
                    return result;
                }
            }

            await Task.Delay(Interval, _clock, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<bool> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    /// <summary>Asks again while silos come and go; what is asked may be asked twice.</summary>
    private async Task<T> Insist<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        long started = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask().WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                if (_clock.GetElapsedTime(started) > PatienceOfRequests)
                {
                    throw new ClusterException($"The cluster does not answer: {FailureText.Of(e)}", e);
                }
            }

            await Task.Delay(Interval, _clock, cancellation).ConfigureAwait(false);
        }
    }

    private static void Tell(TrainingReport report, IClusterProgress progress, ref string? lastStep)
    {
        foreach (TrainingEvent happened in report.Events)
        {
            if (happened.IsEpoch)
            {
                progress.EpochDone(WireText.Read<EpochResult>(happened.Text));
            }
            else
            {
                progress.Message(happened.Text);
            }
        }

        if (report.Cluster is not null)
        {
            progress.ClusterSeen(report.Cluster);
        }

        if (report.Step is not null && report.Step != lastStep)
        {
            lastStep = report.Step;
            progress.StepDone(WireText.Read<TrainingStep>(report.Step));
        }
    }

    private static TrainingResult? ResultOf(TrainingReport report, string runFolder) => report.Phase switch
    {
        TrainingPhase.Finished => WireText.Read<TrainingResult>(report.Outcome!),
        TrainingPhase.Failed => throw new ClusterException(report.Outcome!),
        TrainingPhase.Stopped => throw new OperationCanceledException($"The training of {runFolder} was stopped."),
        TrainingPhase.Unknown => throw new ClusterException($"{runFolder}: no training is under way here on this cluster."),
        _ => null,
    };

    private ITrainingGrain Grain(string runFolder) => _grains.GetGrain<ITrainingGrain>(PartKey.OfTraining(runFolder));
}
