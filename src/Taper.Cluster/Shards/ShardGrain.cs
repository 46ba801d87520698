using System.Runtime.InteropServices;
using Orleans.Concurrency;
using Taper.Cluster.Checkpoints;
using Taper.Cluster.Hosting;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.WarmStart;

namespace Taper.Cluster.Shards;

/// <summary>Hosts an <see cref="EmbeddingShard"/>. Fresh and empty until it is loaded: what a lost one held comes from the checkpoint.</summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-shard")]
internal sealed class ShardGrain(SiloIdentity silo, SiloMemory memory, SiloMetrics metrics, CheckpointStores stores, TimeProvider clock) : Grain, IShardGrain, IDisposable
{
    private EmbeddingShard? _shard;
    private ShardSteps? _steps;
    private ShardTask? _task;
    private string _fingerprint = "";
    private long _reserved;

    private EmbeddingShard Shard => _shard ?? throw new InvalidOperationException("The shard is empty: its silo was lost, or it was released.");

    private ShardSteps Steps => _steps ?? throw new InvalidOperationException("The shard is empty: its silo was lost, or it was released.");

    private WirePrecision Wire => _task!.Plan.Wire;

    public async Task<PartStatus> Load(ShardTask task)
    {
        Free();
        try
        {
            using CheckpointPart? saved = await stores.OpenAsync(task.Plan, task.Checkpoint, PartNames.OfShard(task.Index));
            RunConfig config = task.Plan.ReadConfig();
            using Dataset dataset = Dataset.Open(task.Plan.DatasetFolder);
            FrequencyGroups groups = Sizer.GroupsOf(config.Sizing.Method, dataset);
            var layout = new ShardLayout(groups.TableRows, task.Plan.Shards);
            long bytes = EmbeddingShard.BytesOf(layout, task, config);
            memory.Reserve(bytes, $"shard {task.Index}");
            _reserved = bytes;
            _task = task;
            _fingerprint = dataset.Fingerprint;
            _shard = new EmbeddingShard(layout, task, config, groups);
            _steps = new ShardSteps(_shard, task.Plan.Workers, task.Plan.Staleness, Wire, clock);
            if (saved is not null)
            {
                Restore(saved);
            }

            return Status() with { Found = saved is null && task.InitFrom is { } path ? StartFrom(path, config, layout, dataset) : 0 };
        }
        catch (Exception e)
        {
            Free();
            throw UserFault.Is(e) ? UserFault.Of(e) : e;
        }
    }

    public Task<RowValues> Pull(PullRequest request) => Task.FromResult(Packed(Steps.Pull(request)));

    public Task<PushReply> Push(PushRequest request) => Steps.Push(request);

    public Task<RowValues> Read(RowPlaces places) =>
        Task.FromResult(Packed(Shard.Read(MemoryMarshal.Cast<byte, int>(places.Places))));

    public Task ScaleLearningRate(double factor)
    {
        Shard.ScaleLearningRate(factor);
        return Task.CompletedTask;
    }

    public Task<PartStatus> Freeze(byte[] sizes, bool isCompact)
    {
        Shard.Freeze(sizes, isCompact);
        return Task.FromResult(Status());
    }

    public Task Save(string checkpoint) => stores.Of(_task!.Plan).WritePartAsync(checkpoint, PartNames.OfShard(_task.Index), folder =>
        Snapshot.Write(folder, Shard.State, new SnapshotMetadata
        {
            Dataset = _fingerprint,
            Position = new TrainingPosition { Step = Steps.Step },
            Sizes = [],
            SizesFrozen = true,
            OptimizerSteps = [Shard.Steps],
        }));

    public Task Release()
    {
        Free();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public void Dispose() => Free();

    /// <summary>Takes the rows over that a trained model has; returns how many of the feature values here it knows.</summary>
    private long StartFrom(string path, RunConfig config, ShardLayout layout, Dataset dataset)
    {
        using InitialModel initial = InitialModel.OpenWeights(path, config.Import);
        return initial.GiveRows(new ShardRows(Shard, layout, _task!.Index), dataset);
    }

    private void Restore(CheckpointPart part)
    {
        SnapshotMetadata saved = part.ReadSnapshot(Checked);
        Shard.Steps = saved.OptimizerSteps[0];
        Steps.Step = saved.Position.Step;
    }

    private PartStatus Status()
    {
        metrics.ShardHere(this.GetPrimaryKeyString(), Shard.Bytes);
        return new PartStatus(silo.Name, Shard.Bytes);
    }

    private RowValues Packed(float[] values) => new(WireFloats.Encode(values, Wire));

    private IReadOnlyList<CheckpointTensor> Checked(SnapshotMetadata saved) => saved.Dataset == _fingerprint && saved.OptimizerSteps.Length == 1
        ? Shard.State
        : throw new ArtifactException($"{_task!.Checkpoint}: the checkpoint was made with another dataset.");

    private void Free()
    {
        _steps?.Abandon();
        _shard?.Dispose();
        memory.Release(_reserved);
        metrics.ShardGone(this.GetPrimaryKeyString());
        (_steps, _shard, _reserved) = (null, null, 0);
    }
}
