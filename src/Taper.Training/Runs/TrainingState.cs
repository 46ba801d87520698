using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training.Metrics;
using Taper.Training.Sizing;
using Taper.Training.WarmStart;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>A run's model, its optimizers and where it stands, in one process: what checkpoints hold and bring back.</summary>
internal sealed class TrainingState : ITrainingState
{
    private readonly TrainingRequest _request;
    private readonly RunFolder _folder;
    private readonly Dataset _dataset;
    private readonly ModelShape _shape;
    private readonly EpochBatches _batches;
    private readonly HeldOutBatches _heldOut;
    private ModelOptimizers? _optimizers;
    private CtrModel? _model;
    private Tensor? _randomState;
    private Teacher? _teacher;

    private TrainingState(TrainingRequest request, RunFolder folder, Dataset dataset)
    {
        _request = request;
        _folder = folder;
        _dataset = dataset;
        _shape = ModelShape.Of(dataset, request.Config.Sizing.Method);
        _batches = new EpochBatches(dataset, request.Config.Training, default);
        _heldOut = new HeldOutBatches(dataset, request.Config.Training);
    }

    public CtrModel Model => _model ?? throw new ObjectDisposedException(nameof(TrainingState));

    public ModelOptimizers Optimizers => _optimizers ?? throw new ObjectDisposedException(nameof(TrainingState));

    public TrainingPosition Position { get; set; } = new();

    public Sizer Sizer => Model.Sizer;

    public bool IsWithinBudget => Sizer.IsWithinBudget(Model.Table, Optimizers.Embedding.Steps);

    public long Parameters => Model.Parameters;

    public long FixedParameters => Model.FixedParameters;

    public EmbeddingSummary Summary => Model.Summary();

    public TrainingMemory Memory => TrainingMemory.Of(Model, Optimizers);

    /// <summary>Whether it was brought back from a checkpoint.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>The state that a run begins with: of the newest good checkpoint where one is to be resumed, else a new one.</summary>
    public static TrainingState Begin(TrainingRequest request, RunFolder folder, Dataset dataset, ITrainingProgress progress)
    {
        TrainingState state = new(request, folder, dataset);
        try
        {
            state.IsResumed = request.Resume && state.TryResume(progress);
            if (!state.IsResumed)
            {
                state.Use(CtrModel.Create(state._shape, request.Config));
                state.StartFrom(request.InitFrom, progress);
            }

            state.Model.Sizer.Check(request.Config);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>One training step, and the sizer's where it learns from held-out batches.</summary>
    public TrainedSteps Train(int most)
    {
        Batch batch = _batches.At(Position, out bool opened);
        if (opened)
        {
            Model.Network.train(Position.Epoch >= _request.Config.Training.FreezeNetwork);
        }

        double progress = Position.Epoch + ((double)Position.Batch / _batches.Count);
        float loss = Optimizers.Step(batch, progress);
        if (Model.Sizer is { IsLearning: true, LearnsFromHeldOut: true })
        {
            Optimizers.StepSizer(_heldOut.At(Position.Step), progress);
        }

        return new TrainedSteps([loss], batch.Count);
    }

    public void ScaleLearningRates(double factor) => Optimizers.ScaleLearningRates(factor);

    public PredictionMetrics Measure(string split, CancellationToken cancellation) =>
        Evaluator.Measure(Model, _dataset, split, _request.Config.Training.GroupField, cancellation);

    /// <summary>
    /// Keeps the sizes as they are from here on, and only the prefixes that they keep; where the sizer restarts training,
    /// with the first values, and where it projects embeddings, with its projections and new optimizers. Where the sizes
    /// settled, they are those of the best epoch.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was stopped before anything changed.</exception>
    public void Freeze(double progress, CancellationToken cancellation)
    {
        if (Position.Settled)
        {
            KeepRandomState(BackToFullSize);
        }
        else if (Model.Sizer.Distillation > 0)
        {
            WriteFullSize();
        }

        Decide(progress, cancellation);
        Model.Sizer.Freeze();
        if (Model.Sizer.RestartsTraining)
        {
            Restart();
        }
        else if (Model.Sizer.IsProjected)
        {
            Use(CtrModel.CreateProjected(_shape, _request.Config, Model));
        }
        else if (Model.Sizer.ChangesCoordinates)
        {
            Optimizers.Dispose(); // their state is of the coordinates that were
            Model.CompactWhereSmaller();
            _optimizers = new ModelOptimizers(Model, _request.Config.Training);
            KeepRandomState(Teach);
        }
        else if (Model.CompactWhereSmaller())
        {
            Optimizers.Compact();
        }
    }

    public void WriteCheckpoint()
    {
        Snapshot.Write(
            _folder.CheckpointAt(Position.Step), Tensors(), Metadata(Model.Table.IsCompact) with { OptimizerSteps = ModelState.StepsOf(Optimizers) });
        _folder.PruneCheckpoints(Position.BestStep);
    }

    /// <summary>Keeps the model as the best so far.</summary>
    public void WriteBest()
    {
        bool compact = Model.IsSmallerCompact;
        WriteModel(_folder.Best, compact ? ModelState.OfKept(Model) : ModelState.Of(Model), compact);
    }

    /// <summary>Keeps the model as the best so far whose sizes are not frozen.</summary>
    public void WriteFullSize() => WriteModel(_folder.FullSize, ModelState.Of(Model), compact: false);

    /// <summary>Goes back to the best model, which is not trained any more.</summary>
    public void ReadBest() => Snapshot.Read(_folder.Best, best =>
    {
        Forget();
        return ModelState.Of(_model = Restorable(best with { SizesFrozen = true }));
    });

    public void Dispose()
    {
        Forget();
        _batches.Dispose();
        _heldOut.Dispose();
    }

    private void Forget()
    {
        _teacher?.Dispose();
        _optimizers?.Dispose();
        _model?.Dispose();
        _randomState?.Dispose();
        (_optimizers, _model, _randomState, _teacher) = (null, null, null, null);
    }

    /// <summary>Whether optimizers go on from a trained model's; not where sizes are measured at once, which lets them start anew.</summary>
    private bool KeepsOptimizerState =>
        _request.Config.Training.KeepOptimizerState != false && !(Model.Sizer.ChangesCoordinates && _request.Config.Sizing.FreezeEpoch <= 0);

    /// <summary>Takes over what a trained model has, where there is one to start from, without changing the draws of training.</summary>
    private void StartFrom(string? path, ITrainingProgress progress)
    {
        if (path is null)
        {
            if (!_request.Config.Import.IsEmpty)
            {
                throw new TrainingException("import: says what weights of another program are, and none are named; add --init-from, or drop the section.");
            }

            return;
        }

        KeepRandomState(() =>
        {
            try
            {
                using InitialModel initial = InitialModel.Open(path, _request.Config.Import, _folder.Scratch);
                progress.Message(initial.ApplyTo(Model, KeepsOptimizerState ? Optimizers : null, _dataset));
            }
            finally
            {
                _folder.RemoveScratch();
            }
        });
    }

    /// <summary>Renews the sizes and lets the sizer decide; stopped, it leaves the random state that a resumed run needs.</summary>
    private void Decide(double progress, CancellationToken cancellation)
    {
        using Tensor randomState = get_rng_state();
        try
        {
            using (NewDisposeScope())
            {
                Model.Sizer.Mask(progress);
            }

            Model.Sizer.Decide(new SizeSearch(Model, Optimizers, _dataset, _request.Config.Training, cancellation));
        }
        catch (OperationCanceledException)
        {
            set_rng_state(randomState);
            throw;
        }
    }

    /// <summary>Goes back to the best model whose sizes are not frozen, with new optimizers.</summary>
    private void BackToFullSize() => Snapshot.Read(_folder.FullSize, snapshot =>
    {
        _optimizers?.Dispose();
        _model?.Dispose();
        _model = Restorable(snapshot);
        _optimizers = new ModelOptimizers(_model, _request.Config.Training);
        return ModelState.Of(_model);
    });

    /// <summary>Lets what follows learn from the full-size model too, where the sizer wants it.</summary>
    private void Teach()
    {
        if (Model.Sizer.Distillation > 0)
        {
            Snapshot.Read(_folder.FullSize, snapshot =>
            {
                CtrModel teacher = Restorable(snapshot);
                Optimizers.Teacher = _teacher = new Teacher(teacher, Model.Sizer.Distillation);
                return ModelState.Of(teacher);
            });
        }
    }

    /// <summary>Does what makes models, which draw first values, without changing the draws of training.</summary>
    private static void KeepRandomState(Action work)
    {
        using Tensor randomState = get_rng_state();
        try
        {
            work();
        }
        finally
        {
            set_rng_state(randomState);
        }
    }

    /// <summary>Without seconds and memory: the same training gives the same bytes.</summary>
    private void WriteModel(string folder, List<CheckpointTensor> tensors, bool compact) =>
        Snapshot.Write(folder, tensors, Metadata(compact) with { Position = Position with { Seconds = 0, Memory = new TrainingMemory(0, 0) } });

    private void Restart()
    {
        Use(CtrModel.CreateSized(_shape, _request.Config, Model.Sizer));
        Position = Position.Restarted();
    }

    private SnapshotMetadata Metadata(bool compact) => new()
    {
        Dataset = _dataset.Fingerprint,
        Position = Position,
        Sizes = [.. Model.Sizer.Sizes],
        SizesFrozen = !Model.Sizer.IsLearning,
        Compact = compact,
    };

    private List<CheckpointTensor> Tensors()
    {
        _randomState?.Dispose();
        _randomState = get_rng_state().DetachFromDisposeScope();
        return [.. ModelState.Of(Model), .. ModelState.Of(Optimizers), CheckpointTensor.OfTensor("random_state", _randomState)];
    }

    private bool TryResume(ITrainingProgress progress)
    {
        if (!_folder.Exists)
        {
            throw new ArtifactException($"{_folder.Root}: no run to resume here; leave --resume out to start one.");
        }

        return NewestCheckpoint.TryRestore(_folder.CheckpointsNewestFirst(), Resume, progress);
    }

    private TrainingPosition Resume(string checkpoint)
    {
        SnapshotMetadata snapshot = Snapshot.Read(checkpoint, metadata =>
        {
            Use(Restorable(metadata));
            if (!Model.Sizer.IsLearning)
            {
                Teach();
            }

            return Tensors();
        });
        set_rng_state(_randomState!);
        ModelState.RestoreSteps(Optimizers, snapshot.OptimizerSteps);
        return Position = snapshot.Position;
    }

    private CtrModel Restorable(SnapshotMetadata snapshot) => snapshot.Dataset == _dataset.Fingerprint
        ? CtrModel.ToRestore(_shape, _request.Config, snapshot)
        : throw new ArtifactException("The checkpoint was trained on another dataset.");

    private void Use(CtrModel model)
    {
        Forget();
        _model = model;
        _optimizers = new ModelOptimizers(model, _request.Config.Training);
        if (model.Sizer is MaskSizer mask)
        {
            mask.FreezeProgress = _request.Config.Sizing.FreezeEpoch ?? _request.Config.Training.Epochs;
        }
    }
}
