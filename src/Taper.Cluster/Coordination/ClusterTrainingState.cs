using System.Runtime.InteropServices;
using Taper.Cluster.Checkpoints;
using Taper.Cluster.Shards;
using Taper.Cluster.Workers;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Metrics;
using Taper.Training.Networks;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.WarmStart;

namespace Taper.Cluster.Coordination;

/// <summary>
/// What <see cref="Trainer"/> trains on a cluster: the rows lie in shards, network and sizer on every worker. Epochs, early
/// stopping, checkpoints and the run folder are the trainer's, as in one process.
/// </summary>
internal sealed class ClusterTrainingState : ITrainingState
{
    private static readonly TimeSpan StepsTime = TimeSpan.FromMilliseconds(500); // what is done in one go, for progress to be seen

    private readonly TrainingPlan _plan;
    private readonly TrainingParts _parts;
    private readonly Fence _fence;
    private readonly ICheckpointStore _checkpoints;
    private readonly TrainingRequest _request;
    private readonly RunFolder _folder;
    private readonly Dataset _dataset;
    private readonly bool _hasFirstOrder;
    private int _stepsAtOnce = 1;

    private ClusterTrainingState(
        TrainingPlan plan, TrainingParts parts, Fence fence, ICheckpointStore checkpoints, TrainingRequest request, RunFolder folder, Dataset dataset)
    {
        _plan = plan;
        _parts = parts;
        _fence = fence;
        _checkpoints = checkpoints;
        _request = request;
        _folder = folder;
        _dataset = dataset;
        RunConfig config = request.Config;
        FrequencyGroups groups = Sizer.GroupsOf(config.Sizing.Method, dataset);
        Sizer = FirstValues.Draw(() => Sizer.Create(config.Sizing, groups));
        ClusterLimits.Check(request, Sizer, plan);
        using CtrNetwork network = FirstValues.Draw(() => CtrNetwork.Create(config.Network, new NetworkShape(1, config.Sizing.EmbeddingDim, 0)));
        ClusterLimits.Check(network, plan);
        _hasFirstOrder = network.HasFirstOrder;
    }

    public TrainingPosition Position { get; set; } = new();

    public bool IsResumed { get; private set; }

    public Sizer Sizer { get; }

    public bool IsWithinBudget => false;

    public long Parameters => Sizer.Parameters;

    public long FixedParameters => (long)Sizer.Groups.TableRows * Sizer.Dimension;

    public EmbeddingSummary Summary => new()
    {
        Parameters = Parameters,
        FixedParameters = FixedParameters,
        Bytes = Parameters * sizeof(float),
        MeanSize = Parameters / (double)Sizer.Groups.TableRows,
    };

    public TrainingMemory Memory => new(_parts.Shards.Sum(shard => shard.Bytes), Environment.WorkingSet);

    /// <summary>What all workers' steps have carried since this generation began.</summary>
    public WorkerTraffic Traffic { get; private set; } = new();

    /// <summary>Told where the parts are and what they do.</summary>
    public Action<ClusterTrainingState>? Changed { get; set; }

    /// <summary>Told that a checkpoint is written.</summary>
    public Action? Saved { get; set; }

    /// <summary>Where shards and workers are.</summary>
    public TrainingParts Parts => _parts;

    private bool IsCompact => !Sizer.IsLearning && Parameters + Sizer.Groups.TableRows < FixedParameters;

    /// <summary>Makes the parts of a generation, or loads them from the newest good checkpoint.</summary>
    public static ClusterTrainingState Begin(
        TrainingPlan plan, TrainingParts parts, Fence fence, ICheckpointStore checkpoints, TrainingRequest request, RunFolder folder, Dataset dataset, ITrainingProgress progress)
    {
        var state = new ClusterTrainingState(plan, parts, fence, checkpoints, request, folder, dataset);
        try
        {
            state.IsResumed = request.Resume && NewestCheckpoint.TryRestore(checkpoints.NewestFirst(), state.Restore, progress);
            if (!state.IsResumed)
            {
                fence.Pass();
                checkpoints.Clear();
                state.Load(null);
                state.TellStart(progress);
            }

            fence.Pass(); // what follows lays out the run's folder
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    public TrainedSteps Train(int most)
    {
        int count = Math.Min(most, _stepsAtOnce);
        long started = _request.Clock.GetTimestamp();
        StepsTrained[] done = _parts.Train(Position, count);
        _stepsAtOnce = Math.Clamp((int)(count * (StepsTime / _request.Clock.GetElapsedTime(started))), 1, 2 * _stepsAtOnce);
        if (Sizer.IsLearning)
        {
            Sizer.State = new SizerState(done[0].Sizes, false);
        }

        Traffic = done.Select(worker => worker.Traffic).Aggregate((sum, next) => sum.Plus(next));
        Changed?.Invoke(this);
        return new TrainedSteps(
            [.. Enumerable.Range(0, count).Select(step => done.Sum(worker => worker.Losses[step]))], done.Sum(worker => worker.Examples));
    }

    public void Freeze(double progress, CancellationToken cancellation)
    {
        byte[] sizes = _parts.FreezeWorkers(progress);
        Sizer.State = new SizerState(sizes, true);
        _parts.FreezeShards(sizes, IsCompact);
        Changed?.Invoke(this);
    }

    public void ScaleLearningRates(double factor) => _parts.ScaleLearningRates(factor);

    public PredictionMetrics Measure(string split, CancellationToken cancellation)
    {
        Examples examples = _dataset.Split(split);
        float[] probabilities = Merge(_parts.Predict(split), examples.Count);
        cancellation.ThrowIfCancellationRequested();
        _fence.Pass(); // what follows is written down
        return PredictionMetrics.Of(
            probabilities, examples.Labels, Evaluator.GroupsOf(_dataset, examples, _request.Config.Training.GroupField));
    }

    public void WriteCheckpoint()
    {
        _fence.Pass();
        _checkpoints.Write(Position.Step, place =>
        {
            _parts.Save(place, Position);
            _fence.Pass();
        });
        _fence.Pass();
        _checkpoints.Prune(Position.BestStep);
        Saved?.Invoke();
    }

    /// <summary>The checkpoint that follows is the best model's.</summary>
    public void WriteBest()
    {
    }

    public void WriteFullSize() => throw new NotSupportedException("No method that a cluster trains goes back to full size.");

    /// <summary>Goes back to the best checkpoint, and joins it to the model that one process would have written.</summary>
    public void ReadBest()
    {
        string place = _checkpoints.Of(Position.BestStep);
        TrainingPosition position = Position;
        Restore(place);
        Position = position;
        using WholeCheckpoint checkpoint = WholeCheckpoint.Open(_checkpoints, place, _plan.Shards);
        _fence.Pass();
        BestModel.Write(_folder.Best, checkpoint, new ShardLayout(Sizer.Groups.TableRows, _plan.Shards), Sizer);
    }

    public void Dispose()
    {
        _parts.Release();
        Sizer.Dispose();
    }

    private TrainingPosition Restore(string checkpoint)
    {
        using CheckpointPart replica = _checkpoints.OpenPartAsync(checkpoint, PartNames.Replica).GetAwaiter().GetResult();
        using SafetensorsFile file = replica.OpenSnapshot(out SnapshotMetadata saved);
        if (saved.Dataset != _dataset.Fingerprint || saved.Sizes.Length != Sizer.Sizes.Length)
        {
            throw new ArtifactException($"{checkpoint}: the checkpoint was made with another dataset or config.");
        }

        Sizer.State = new SizerState(saved.Sizes, saved.SizesFrozen);
        Load(checkpoint);
        return Position = saved.Position;
    }

    private void Load(string? checkpoint)
    {
        _parts.Load(new ShardTask(_plan, 0, [.. Sizer.Sizes], IsCompact, _hasFirstOrder, null, checkpoint is null ? _request.InitFrom : null), checkpoint);
        Changed?.Invoke(this);
    }

    /// <summary>Tells what was taken over of a trained model; optimizers start anew, since what is taken has no state of them.</summary>
    private void TellStart(ITrainingProgress progress)
    {
        if (_request.InitFrom is { } path)
        {
            string start = InitialModel.Started(path, _parts.Shards.Sum(shard => shard.Found), _dataset);
            progress.Message(_parts.Workers[0].NewNetwork is { } reason
                ? $"{start}; the network starts anew: {reason}."
                : $"{start} and the network.");
        }
    }

    /// <summary>Puts the workers' predictions in the order of the split: of each batch, each has predicted a part.</summary>
    private static float[] Merge(byte[][] parts, int count)
    {
        float[] probabilities = new float[count];
        int[] next = new int[parts.Length];
        for (int start = 0; start < count; start += Worker.EvaluationBatch)
        {
            int batch = Math.Min(Worker.EvaluationBatch, count - start);
            for (int worker = 0; worker < parts.Length; worker++)
            {
                (int first, int length) = new BatchPart(worker, parts.Length).Of(batch);
                MemoryMarshal.Cast<byte, float>(parts[worker]).Slice(next[worker], length).CopyTo(probabilities.AsSpan(start + first));
                next[worker] += length;
            }
        }

        return probabilities;
    }
}
