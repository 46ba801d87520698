using Taper.Cluster.Checkpoints;
using Taper.Cluster.Shards;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Layers;
using Taper.Training.Natives;
using Taper.Training.Networks;
using Taper.Training.Runs;
using Taper.Training.WarmStart;
using static TorchSharp.torch;

namespace Taper.Cluster.Workers;

/// <summary>
/// Trains on its part of every batch: pulls the kept prefixes of its distinct rows, computes, pushes the summed gradients, and
/// steps network and sizer with what all workers' came to. Once sizes stay as they are, the push asks for the rows of the next step,
/// and a step is one message to each shard; while they are learned, the next step's follow from the answer.
/// </summary>
/// <remarks>Not safe to share between threads.</remarks>
internal sealed class Worker : IDisposable
{
    /// <summary>Examples that are predicted at once; each worker predicts its part of them.</summary>
    public const int EvaluationBatch = 4096;

    private readonly WorkerTask _task;
    private readonly Dataset _dataset;
    private readonly EpochBatches _batches;
    private readonly BatchPart _part;
    private readonly ShardLinks _shards;
    private readonly Replica _replica;
    private readonly PulledRows _rows;
    private readonly ReplicaExchange _exchange;
    private readonly CollectionPoint _collectionPoint = new();
    private readonly TimeProvider _clock;
    private readonly long _batchSize;
    private readonly long _examples;
    private Batch? _upcoming; // the next step's, whose rows are here already
    private double _computeSeconds;
    private long _step;

    private Worker(WorkerTask task, Dataset dataset, IReadOnlyList<IShardGrain> shards, TimeProvider clock)
    {
        _task = task;
        RunConfig config = task.Plan.ReadConfig();
        _dataset = dataset;
        _clock = clock;
        _part = new BatchPart(task.Index, task.Plan.Workers);
        _batches = new EpochBatches(dataset, config.Training, _part);
        _batchSize = config.Training.BatchSize;
        _examples = dataset.Split("train").Count;
        _shards = new ShardLinks(shards, clock);
        ModelShape shape = ModelShape.Of(dataset, config.Sizing.Method);
        _replica = Replica.Create(config, shape);
        _rows = new PulledRows(
            new ShardLayout(shape.Groups.TableRows, shards.Count), shape.Fields, config.Sizing.EmbeddingDim, _replica.Network.HasFirstOrder);
        _exchange = new ReplicaExchange(_replica, shards.Count);
    }

    /// <summary>Why the network does not start from the trained model that the training does; null where it does, or where there is none.</summary>
    public string? NewNetwork { get; private set; }

    public WorkerTraffic Traffic => _shards.Traffic with { ComputeSeconds = _computeSeconds, Steps = _step };

    /// <summary>A worker at the first step, or as a checkpoint has it.</summary>
    /// <param name="task">What it is to do.</param>
    /// <param name="replica">What the checkpoint has of all workers; null at the first step.</param>
    /// <param name="shards">The shards that it works with.</param>
    /// <param name="clock">Times its steps.</param>
    public static Worker Begin(WorkerTask task, CheckpointPart? replica, IReadOnlyList<IShardGrain> shards, TimeProvider clock)
    {
        RunConfig config = task.Plan.ReadConfig();
        Libtorch.Prepare(config.Training.Threads);
        Dataset dataset = Dataset.Open(task.Plan.DatasetFolder);
        Worker? worker = null;
        try
        {
            worker = new Worker(task, dataset, shards, clock);
            if (replica is not null)
            {
                worker.Restore(replica);
            }
            else if (task.InitFrom is { } path)
            {
                using InitialModel initial = InitialModel.OpenWeights(path, config.Import);
                worker.NewNetwork = initial.GiveNetwork(worker._replica.Network, dataset);
            }

            return worker;
        }
        catch
        {
            worker?.Dispose();
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>Takes the steps that come next; their loss is this worker's share of the whole batches'.</summary>
    public StepsTrained Train(TrainingPosition position, int count, CancellationToken cancellation)
    {
        double[] losses = new double[count];
        long examples = 0;
        _exchange.StartAt(position.Step);
        _upcoming = null;
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            losses[i] = Step(position, count - 1 - i, ref examples);
            position = After(position);
        }

        return new StepsTrained(losses, examples, [.. _replica.Sizer.Sizes], Traffic);
    }

    /// <summary>The probability of each example of this worker's part of a split.</summary>
    public float[] Predict(string split, CancellationToken cancellation)
    {
        Examples examples = _dataset.Split(split);
        var reader = new BatchReader(_dataset, examples, EvaluationBatch, _part);
        var probabilities = new List<float>(examples.Count / _part.Count);
        _replica.Network.eval();
        foreach (Batch batch in reader.Read(ExampleOrder.Sequential(examples.Count)).Where(batch => batch.Count > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            _collectionPoint.Pass();
            _rows.Collect(batch);
            Unpack(_shards.Read(shard => new RowPlaces(_rows.PlacesIn(shard))));
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            Tensor logits = _replica.Network.forward(new NetworkInput(
                _rows.Layer.Gather(batch), Numeric(batch), FirstOrder(_rows.FirstOrderLayer?.Gather(batch), batch)));
            probabilities.AddRange(logits.sigmoid().contiguous().Floats());
        }

        return [.. probabilities];
    }

    public void ScaleLearningRates(double factor) => _replica.ScaleLearningRates(factor);

    /// <summary>Renews the sizes and keeps them as they are from here on.</summary>
    public byte[] Freeze(double progress)
    {
        using (NewDisposeScope())
        {
            _replica.Sizer.Mask(progress);
        }

        _replica.Sizer.Freeze();
        return [.. _replica.Sizer.Sizes];
    }

    /// <summary>Writes what all workers have alike, and the draws of dropout, which the first worker has as one process would.</summary>
    public void Save(string folder, TrainingPosition position)
    {
        using Tensor random = get_rng_state();
        Snapshot.Write(folder, State(random), new SnapshotMetadata
        {
            Dataset = _dataset.Fingerprint,
            Position = position,
            Sizes = [.. _replica.Sizer.Sizes],
            SizesFrozen = !_replica.Sizer.IsLearning,
            OptimizerSteps = _replica.Steps,
        });
    }

    public void Dispose()
    {
        _batches.Dispose();
        _rows.Dispose();
        _replica.Dispose();
        _dataset.Dispose();
    }

    private void Restore(CheckpointPart replica)
    {
        using Tensor random = get_rng_state();
        SnapshotMetadata saved = replica.ReadSnapshot(metadata =>
        {
            if (metadata.Dataset != _dataset.Fingerprint || metadata.Sizes.Length != _replica.Sizer.Sizes.Length)
            {
                throw new ArtifactException($"{_task.Checkpoint}: the checkpoint was made with another dataset or config.");
            }

            _replica.Sizer.State = new Training.Sizing.SizerState(metadata.Sizes, metadata.SizesFrozen);
            return State(random);
        });
        _replica.Steps = saved.OptimizerSteps;
        set_rng_state(random);
    }

    private IReadOnlyList<CheckpointTensor> State(Tensor random) => [.. _replica.State, CheckpointTensor.OfTensor("random_state", random)];

    private static TrainingPosition After(TrainingPosition position) =>
        position with { Batch = position.Batch + 1, Step = position.Step + 1 };

    /// <param name="position">Where the training stands.</param>
    /// <param name="left">
    /// Steps that follow at once, in the same epoch. The last step is done once it is taken, and asks for no rows: what comes then is not known.
    /// </param>
    /// <param name="examples">Counts those of this worker.</param>
    private double Step(TrainingPosition position, int left, ref long examples)
    {
        _collectionPoint.Pass();
        using var scope = NewDisposeScope();
        long started = _clock.GetTimestamp();
        _replica.ForgetGradients();
        double progress = position.Epoch + ((double)position.Batch / _batches.Count);
        Tensor? mask = _replica.Sizer.Mask(progress);
        bool learns = mask is not null;
        Compute(started);
        Batch batch = _upcoming ?? Pull(position, learns ? [.. _replica.Sizer.Sizes] : null);

        started = _clock.GetTimestamp();
        double share = batch.Count / (double)Math.Min(_batchSize, _examples - (position.Batch * _batchSize));
        double loss = batch.Count > 0 ? Backward(batch, (float)share) * share : Nothing();
        _exchange.KeepGradients();
        Compute(started);
        examples += batch.Count;
        byte[][] gradients = [.. Enumerable.Range(0, _shards.Count).Select(shard => _rows.PackGradients(shard, learns, _task.Plan.Wire))];
        _upcoming = left > 0 && !learns ? Collect(After(position)) : null; // from here on the batch of this step is gone
        PushReply[] replies = _shards.Push(shard => new PushRequest(
            _task.Index,
            position.Step,
            gradients[shard],
            _exchange.SegmentOf(shard),
            left > 0 && !learns ? _task.Plan.Staleness : 0,
            _exchange.Unheard(shard, position.Step),
            _upcoming is null ? null : new RowPlaces(_rows.PlacesIn(shard))));

        started = _clock.GetTimestamp();
        _exchange.Take(replies, mask);
        Compute(started);
        if (_upcoming is not null)
        {
            Unpack([.. replies.Select(reply => reply.Next!)]);
        }

        _step++;
        return loss;
    }

    /// <summary>The batch of a step, with its rows.</summary>
    /// <param name="position">The step.</param>
    /// <param name="sizes">The sizes that were learned for it; null once they stay as they are.</param>
    private Batch Pull(TrainingPosition position, byte[]? sizes)
    {
        Batch batch = Collect(position);
        Unpack(_shards.Pull(shard => new PullRequest(_task.Index, position.Step, _rows.PlacesIn(shard), sizes)));
        return batch;
    }

    /// <summary>Reads the batch of a step and finds its rows, in place of those of the batch before.</summary>
    private Batch Collect(TrainingPosition position)
    {
        Batch batch = _batches.At(position, out bool opened);
        if (opened)
        {
            _replica.Network.train();
        }

        long started = _clock.GetTimestamp();
        _rows.Collect(batch);
        Compute(started);
        return batch;
    }

    private void Compute(long started) => _computeSeconds += _clock.GetElapsedTime(started).TotalSeconds;

    /// <summary>The mean loss of this worker's examples; the gradients are those of its share of the batch's mean.</summary>
    private float Backward(Batch batch, float share)
    {
        using var scope = NewDisposeScope(); // nothing looks at the batch's rows afterwards
        Tensor logits = _replica.Network.forward(new NetworkInput(
            _rows.Layer.Forward(batch, null), Numeric(batch), FirstOrder(_rows.FirstOrderLayer?.Forward(batch, null), batch)));
        Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits, batch.Labels.ToTensor(batch.Count));
        loss.backward([full([], share)]);
        return loss.item<float>();
    }

    /// <summary>A short batch may have fewer examples than there are workers.</summary>
    private double Nothing()
    {
        _rows.ClearGradients();
        return 0;
    }

    private void Unpack(RowValues[] values)
    {
        for (int shard = 0; shard < values.Length; shard++)
        {
            _rows.Unpack(shard, _replica.Sizer, values[shard].Numbers, _task.Plan.Wire);
        }
    }

    private static Tensor? Numeric(Batch batch) => batch.NumericCount == 0 ? null : batch.Numeric.ToTensor(batch.Count, batch.NumericCount);

    private static Tensor? FirstOrder(Tensor? weights, Batch batch) => weights?.view(batch.Count, -1).sum(1, keepdim: true);
}
