using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans.Concurrency;
using Taper.Cluster.Checkpoints;
using Taper.Cluster.Coordination;
using Taper.Cluster.Hosting;
using Taper.Cluster.Shards;
using Taper.Training.Runs;

namespace Taper.Cluster.Workers;

/// <summary>Hosts a <see cref="Worker"/>, whose work is done on a thread of its own.</summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-worker")]
internal sealed class WorkerGrain(SiloIdentity silo, SiloMetrics metrics, CheckpointStores stores, TimeProvider clock) : Grain, IWorkerGrain, IDisposable
{
    private static readonly TimeSpan WakeInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _released = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private Worker? _worker;
    private ICheckpointStore? _checkpoints;
    private IGrainTimer? _wakes;

    private Worker Worker => _worker ?? throw new InvalidOperationException("The worker is empty: its silo was lost, or it was released.");

    public Task<PartStatus> Load(WorkerTask task)
    {
        ITrainingGrain training = GrainFactory.GetGrain<ITrainingGrain>(PartKey.OfTraining(task.Plan.RunFolder));
        _wakes ??= this.RegisterGrainTimer(_ => Wake(training), new GrainTimerCreationOptions(WakeInterval, WakeInterval) { Interleave = true });
        IShardGrain[] shards =
        [
            .. Enumerable.Range(0, task.Plan.Shards).Select(index => GrainFactory.GetGrain<IShardGrain>(PartKey.OfShard(task.Plan, task.Generation, index))),
        ];
        _checkpoints = stores.Of(task.Plan);
        return Do(() =>
        {
            _worker?.Dispose();
            _worker = null;
            using CheckpointPart? replica = stores.OpenAsync(task.Plan, task.Checkpoint, PartNames.Replica).GetAwaiter().GetResult();
            _worker = Worker.Begin(task, replica, shards, clock);
            return new PartStatus(silo.Name, 0) { NewNetwork = _worker.NewNetwork };
        });
    }

    public Task<StepsTrained> Train(StepsToTrain steps) => Do(() =>
    {
        WorkerTraffic before = Worker.Traffic;
        StepsTrained done = Worker.Train(JsonSerializer.Deserialize<TrainingPosition>(steps.Position)!, steps.Count, _released.Token);
        metrics.StepsDone(before, done.Traffic);
        return done;
    });

    public Task<byte[]> Predict(string split) =>
        Do(() => MemoryMarshal.AsBytes<float>(Worker.Predict(split, _released.Token)).ToArray());

    public Task ScaleLearningRates(double factor) => Do(() =>
    {
        Worker.ScaleLearningRates(factor);
        return true;
    });

    public Task<byte[]> Freeze(double progress) => Do(() => Worker.Freeze(progress));

    public Task Save(string checkpoint, string position) => Do(() =>
    {
        TrainingPosition at = JsonSerializer.Deserialize<TrainingPosition>(position)!;
        _checkpoints!.WritePartAsync(checkpoint, PartNames.Replica, folder => Worker.Save(folder, at)).GetAwaiter().GetResult();
        return true;
    });

    public async Task Release()
    {
        await _released.CancelAsync();
        _wakes?.Dispose();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _released.CancelAsync();
        await _one.WaitAsync(CancellationToken.None);
        _worker?.Dispose();
        _worker = null;
    }

    public void Dispose()
    {
        _released.Dispose();
        _one.Dispose();
    }

    /// <summary>A coordinator that is lost with its silo comes up elsewhere when it is called, whether or not anybody follows the training.</summary>
    private static async Task Wake(ITrainingGrain training)
    {
        try
        {
            await training.Wake();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // It is called again.
        }
    }

    /// <summary>Not on a scheduler's thread: the work blocks, and libtorch keeps its own threads with the one that calls it.</summary>
    private async Task<T> Do<T>(Func<T> work)
    {
        await _one.WaitAsync(_released.Token);
        try
        {
            return await Task.Factory.StartNew(work, _released.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (UserFault.Is(e))
        {
            throw UserFault.Of(e);
        }
        finally
        {
            _one.Release();
        }
    }
}
