using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training.Natives;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>
/// Trains one model: epochs of steps, validation after each, early stopping, checkpoints, and at the end the test
/// metrics of the best epoch. The same request gives the same model on the same machine, whether or not it was
/// stopped and resumed on the way.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingRequest _request;
    private readonly ITrainingProgress _progress;
    private readonly RunFolder _folder;
    private readonly Dataset _dataset;
    private readonly CtrModel _model;
    private readonly ModelOptimizers _optimizers;
    private readonly long _started;
    private TrainingPosition _position = new();
    private CancellationToken _cancellation;
    private long _examplesHere;
    private double _resumedSeconds;
    private Tensor? _randomState;

    private Trainer(
        TrainingRequest request, ITrainingProgress progress, Dataset dataset, CtrModel model, ModelOptimizers optimizers)
    {
        _request = request;
        _progress = progress;
        _folder = new RunFolder(request.RunFolder);
        _dataset = dataset;
        _model = model;
        _optimizers = optimizers;
        _started = request.Clock.GetTimestamp();
    }

    private TrainingConfig Config => _request.Config.Training;

    private SizingConfig Sizing => _request.Config.Sizing;

    /// <summary>Trains, or goes on training, and returns the result.</summary>
    /// <exception cref="ArtifactException">Dataset, run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; a checkpoint was written first.</exception>
    public static TrainingResult Run(TrainingRequest request, ITrainingProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        Libtorch.Prepare(request.Config.Training.Threads);
        using Dataset dataset = Dataset.Open(request.DatasetFolder);
        using CtrModel model = CtrModel.Create(dataset, request.Config);
        using var optimizers = new ModelOptimizers(model, request.Config.Training);
        return new Trainer(request, progress, dataset, model, optimizers).Run(cancellation);
    }

    private TrainingResult Run(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        if (_model.Sizer is MaskSizer mask)
        {
            mask.FreezeProgress = Sizing.FreezeEpoch ?? Config.Epochs;
        }

        if (!(_request.Resume && TryResume()))
        {
            _folder.Start(
                new RunRecord
                {
                    Config = _request.Config,
                    DatasetFolder = Path.GetFullPath(_request.DatasetFolder),
                    DatasetFingerprint = _dataset.Fingerprint,
                },
                _request.ConfigYaml,
                RunEnvironment.Of(_request));
        }

        if (_folder.ReadResult() is { } finished && _position.Finished)
        {
            return finished;
        }

        TrainEpochs();
        return Finish();
    }

    private void TrainEpochs()
    {
        Examples examples = _dataset.Split("train");
        var reader = new BatchReader(_dataset, examples, Config.BatchSize);
        _optimizers.ScaleLearningRates(_position.LearningRateFactor);
        using var tensorBoard = new TensorBoardLog(_folder.TensorBoard);
        while (!_position.Finished)
        {
            TrainEpoch(reader, examples);
            EpochResult result = Validate(reader.BatchCount);
            _folder.AddMetrics(result);
            tensorBoard.Add(result);
            _progress.EpochDone(result);
            _optimizers.ScaleLearningRates(_position.LearningRateFactor);
            Checkpoint();
        }
    }

    private void TrainEpoch(BatchReader reader, Examples examples)
    {
        _model.Network.train();
        ExampleOrder order = ExampleOrder.Shuffled(examples.Count, (ulong)Config.Seed, _position.Epoch, Config.ShuffleWindow);
        foreach (Batch batch in reader.Read(order, _position.Batch))
        {
            if (_cancellation.IsCancellationRequested)
            {
                Checkpoint();
                _cancellation.ThrowIfCancellationRequested();
            }

            double progress = _position.Epoch + ((double)_position.Batch / reader.BatchCount);
            if (_model.Sizer.IsLearning && Sizing.FreezeEpoch is double freeze && progress >= freeze)
            {
                FreezeSizes(progress);
            }

            float loss = _optimizers.Step(batch, progress);
            if (!float.IsFinite(loss))
            {
                throw new TrainingException(
                    $"The loss is not finite at epoch {_position.Epoch + 1}, batch {_position.Batch + 1}; lower training.learning_rate.");
            }

            _examplesHere += batch.Count;
            _position = _position with
            {
                Batch = _position.Batch + 1,
                Step = _position.Step + 1,
                EpochLoss = _position.EpochLoss + loss,
                Examples = _position.Examples + batch.Count,
            };
            Report(reader.BatchCount);
            if (Config.CheckpointEvery > 0 && _position.Step % Config.CheckpointEvery == 0 && _position.Batch < reader.BatchCount)
            {
                Checkpoint();
            }
        }
    }

    private void FreezeSizes(double progress)
    {
        using (NewDisposeScope())
        {
            _model.Sizer.Mask(progress);
        }

        _model.Sizer.Freeze();
        _position = _position with { EpochsWithoutGain = 0 };
        _progress.Message($"Sizes frozen after {progress:0.##} epochs at {_model.Parameters} of {_model.FixedParameters} parameters.");
    }

    private EpochResult Validate(int batches)
    {
        var validation = Evaluator.Measure(_model, _dataset, "validation", Config.GroupField, _cancellation);
        EmbeddingSummary embedding = _model.Summary();
        bool fits = Sizing.Budget is not double budget || Sizing.Method == "fixed" || embedding.Ratio <= budget;
        bool best = fits && validation.Auc > _position.BestAuc;
        int waited = best ? 0 : _position.EpochsWithoutGain + 1;
        bool searching = _model.Sizer.IsLearning && Sizing.FreezeEpoch < Config.Epochs;
        int epoch = _position.Epoch + 1;
        var result = new EpochResult(epoch, _position.EpochLoss / batches, validation, embedding, best);
        _position = _position with
        {
            Epoch = epoch,
            Batch = 0,
            EpochLoss = 0,
            BestAuc = best ? validation.Auc : _position.BestAuc,
            BestEpoch = best ? epoch : _position.BestEpoch,
            EpochsWithoutGain = searching ? 0 : waited,
            LearningRateFactor = best || searching ? _position.LearningRateFactor : _position.LearningRateFactor * Config.LearningRateDecay,
            Finished = epoch >= Config.Epochs || (Config.Patience > 0 && !searching && waited >= Config.Patience),
        };
        if (best)
        {
            // Without the seconds: the same training gives the same bytes.
            Snapshot.Write(
                _folder.Best, ModelState.Of(_model), Metadata([]) with { Position = _position with { Seconds = 0 } });
        }

        return result;
    }

    private TrainingResult Finish()
    {
        if (_position.BestEpoch < 0)
        {
            throw new TrainingException(
                $"No epoch met sizing.budget {Sizing.Budget}: shorten sizing.budget_warmup or train more epochs.");
        }

        Snapshot.Read(_folder.Best, metadata => Restore(metadata, ModelState.Of(_model)));
        var result = new TrainingResult
        {
            Validation = Evaluator.Measure(_model, _dataset, "validation", Config.GroupField, _cancellation),
            Test = Evaluator.Measure(_model, _dataset, "test", Config.GroupField, _cancellation),
            Embedding = _model.Summary(),
            BestEpoch = _position.BestEpoch,
            Epochs = _position.Epoch,
            Seconds = _position.Seconds,
            SamplesPerSecond = _position.Examples / Math.Max(1e-9, _position.Seconds),
        };
        _folder.WriteResult(result);
        _folder.Log(_request.Clock.GetUtcNow(), $"finished: test AUC {result.Test.Auc:0.00000}");
        return result;
    }

    private void Checkpoint()
    {
        _position = _position with { Seconds = _resumedSeconds + _request.Clock.GetElapsedTime(_started).TotalSeconds };
        Snapshot.Write(_folder.CheckpointAt(_position.Step), Tensors(), Metadata(ModelState.StepsOf(_optimizers)));
        _folder.PruneCheckpoints();
    }

    private List<CheckpointTensor> Tensors() =>
    [
        .. ModelState.Of(_model),
        .. ModelState.Of(_optimizers),
        CheckpointTensor.OfTensor("random_state", _randomState = get_rng_state().DetachFromDisposeScope()),
    ];

    private SnapshotMetadata Metadata(long[] optimizerSteps) => new()
    {
        Dataset = _dataset.Fingerprint,
        Position = _position,
        Sizes = [.. _model.Sizer.Sizes],
        SizesFrozen = !_model.Sizer.IsLearning,
        OptimizerSteps = optimizerSteps,
    };

    private List<CheckpointTensor> Restore(SnapshotMetadata metadata, List<CheckpointTensor> tensors)
    {
        if (metadata.Dataset != _dataset.Fingerprint)
        {
            throw new ArtifactException("The checkpoint was trained on another dataset.");
        }

        _model.Sizer.State = new SizerState(metadata.Sizes, metadata.SizesFrozen);
        return tensors;
    }

    private bool TryResume()
    {
        if (!_folder.Exists)
        {
            throw new ArtifactException($"{_folder.Root}: no run to resume here; leave --resume out to start one.");
        }

        foreach (string checkpoint in _folder.CheckpointsNewestFirst())
        {
            try
            {
                SnapshotMetadata metadata = Snapshot.Read(checkpoint, m => Restore(m, Tensors()));
                set_rng_state(_randomState!);
                ModelState.RestoreSteps(_optimizers, metadata.OptimizerSteps);
                _position = metadata.Position;
                _resumedSeconds = _position.Seconds;
                _folder.KeepMetrics(_position.Epoch);
                _progress.Message($"Resumed from {checkpoint}: epoch {_position.Epoch + 1}, batch {_position.Batch}.");
                return true;
            }
            catch (ArtifactException e)
            {
                _progress.Message($"Checkpoint refused: {e.Message} Trying the one before it.");
            }
        }

        _progress.Message("No checkpoint to resume from: starting at the beginning.");
        return false;
    }

    private void Report(int batches) => _progress.StepDone(new TrainingStep(
        _position.Epoch + 1,
        Config.Epochs,
        _position.Batch,
        batches,
        _position.EpochLoss / _position.Batch,
        _examplesHere / Math.Max(1e-9, _request.Clock.GetElapsedTime(_started).TotalSeconds),
        _model.Sizer.Parameters / (double)_model.Sizer.Groups.TableRows,
        (double)_model.Parameters / _model.FixedParameters));
}
