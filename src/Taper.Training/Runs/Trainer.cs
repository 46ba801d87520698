using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training.Metrics;
using Taper.Training.Natives;

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
    private readonly ITrainingState _state;
    private readonly long _started;
    private readonly double _resumedSeconds;
    private CancellationToken _cancellation;
    private long _examplesHere;

    private Trainer(TrainingRequest request, ITrainingProgress progress, RunFolder folder, Dataset dataset, ITrainingState state)
    {
        _request = request;
        _progress = progress;
        _folder = folder;
        _dataset = dataset;
        _state = state;
        _resumedSeconds = state.Position.Seconds;
        _started = request.Clock.GetTimestamp();
    }

    private TrainingConfig Config => _request.Config.Training;

    private SizingConfig Sizing => _request.Config.Sizing;

    private TrainingPosition Position
    {
        get => _state.Position;
        set => _state.Position = value;
    }

    /// <summary>Trains, or goes on training, and returns the result.</summary>
    /// <exception cref="ArtifactException">Dataset, run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; a checkpoint was written first.</exception>
    public static TrainingResult Run(TrainingRequest request, ITrainingProgress progress, CancellationToken cancellation) =>
        Run(request, progress, TrainingState.Begin, cancellation);

    /// <summary>The same of what <paramref name="begin"/> makes, in this process or elsewhere.</summary>
    internal static TrainingResult Run(
        TrainingRequest request, ITrainingProgress progress, BeginTraining begin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        Libtorch.Prepare(request.Config.Training.Threads);
        using Dataset dataset = Dataset.Open(request.DatasetFolder);
        var folder = new RunFolder(request.RunFolder);
        request = request.Resume && folder.Exists ? Resumed(request, folder) : request;
        using ITrainingState state = begin(request, folder, dataset, progress);
        return new Trainer(request, progress, folder, dataset, state).Run(cancellation);
    }

    /// <summary>The request with the trained model that a run started from, which a resumed run need not name again.</summary>
    private static TrainingRequest Resumed(TrainingRequest request, RunFolder folder)
    {
        RunRecord record = folder.ReadRecord();
        if (record.Shards != request.Shards)
        {
            throw new TrainingException(record.Shards is int shards
                ? $"{folder.Root}: this run was trained on a cluster; resume it there, with --shards {shards}, or train into another folder."
                : $"{folder.Root}: this run was trained in one process; resume it with taper train, or train into another folder.");
        }

        return request.InitFrom is null || Path.GetFullPath(request.InitFrom) == record.InitFrom
            ? request with { InitFrom = record.InitFrom }
            : throw new TrainingException(
                $"{folder.Root}: this run started from {record.InitFrom ?? "random values"}, not from {request.InitFrom}; resume it without --init-from, or train into another folder.");
    }

    private TrainingResult Run(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        if (_state.IsResumed)
        {
            _folder.KeepMetrics(Position.Epoch);
        }
        else
        {
            _folder.Start(
                new RunRecord
                {
                    Config = _request.Config,
                    DatasetFolder = Path.GetFullPath(_request.DatasetFolder),
                    DatasetFingerprint = _dataset.Fingerprint,
                    Shards = _request.Shards,
                    InitFrom = _request.InitFrom is { } path ? Path.GetFullPath(path) : null,
                },
                _request.ConfigYaml,
                RunEnvironment.Of(_request));
        }

        if (_folder.ReadResult() is { } finished && Position.Finished)
        {
            return finished;
        }

        Position = Position with { Memory = MemorySoFar() };
        TrainEpochs();
        return Finish();
    }

    private void TrainEpochs()
    {
        int batches = new BatchReader(_dataset, _dataset.Split("train"), Config.BatchSize).BatchCount;
        _state.ScaleLearningRates(Position.LearningRateFactor);
        using var tensorBoard = new TensorBoardLog(_folder.TensorBoard);
        if (_request.InitFrom is not null && !_state.IsResumed)
        {
            Tell(Validate(0, null), tensorBoard);
            Position = Position with { EpochsWithoutGain = 0, LearningRateFactor = 1, Finished = false, Settled = false };
            if (Position.BestEpoch == 0)
            {
                Checkpoint();
            }
        }

        while (!Position.Finished)
        {
            if (!TrainEpoch(batches))
            {
                continue;
            }

            Tell(Validate(Position.Epoch + 1, Position.EpochLoss / batches), tensorBoard);
            _state.ScaleLearningRates(Position.LearningRateFactor);
            Checkpoint();
        }
    }

    private void Tell(EpochResult result, TensorBoardLog tensorBoard)
    {
        _folder.AddMetrics(result);
        tensorBoard.Add(result);
        _progress.EpochDone(result);
    }

    /// <summary>Trains until the end of the epoch; false where training started anew within it.</summary>
    private bool TrainEpoch(int batches)
    {
        while (Position.Batch < batches)
        {
            if (_cancellation.IsCancellationRequested)
            {
                Checkpoint();
                _cancellation.ThrowIfCancellationRequested();
            }

            double progress = Position.Epoch + ((double)Position.Batch / batches);
            if (_state.Sizer.IsLearning && IsTimeToFreeze(progress))
            {
                FreezeSizes(progress);
                if (_state.Sizer.RestartsTraining)
                {
                    return false;
                }
            }

            TrainedSteps steps = _state.Train(StepsToGo(batches));
            if (!Array.TrueForAll(steps.Losses, double.IsFinite))
            {
                throw new TrainingException(
                    $"The loss is not finite at epoch {Position.Epoch + 1}, batch {Position.Batch + 1}; lower training.learning_rate.");
            }

            _examplesHere += steps.Examples;
            Position = Position with
            {
                Batch = Position.Batch + steps.Losses.Length,
                Step = Position.Step + steps.Losses.Length,
                EpochLoss = steps.Losses.Aggregate(Position.EpochLoss, (sum, loss) => sum + loss),
                Examples = Position.Examples + steps.Examples,
            };
            Report(batches);
            if (Config.CheckpointEvery > 0 && Position.Step % Config.CheckpointEvery == 0 && Position.Batch < batches)
            {
                Checkpoint();
            }
        }

        return true;
    }

    /// <summary>Steps until something else has to be done: the epoch's end, a checkpoint, or the freezing of sizes.</summary>
    private int StepsToGo(int batches)
    {
        int steps = batches - Position.Batch;
        if (Config.CheckpointEvery > 0)
        {
            steps = (int)Math.Min(steps, Config.CheckpointEvery - (Position.Step % Config.CheckpointEvery));
        }

        return _state.Sizer.IsLearning && Sizing.FreezeEpoch is double freeze
            ? (int)Math.Clamp(Math.Ceiling((freeze - Position.Epoch) * batches) - Position.Batch, 1, steps)
            : steps;
    }

    private bool IsTimeToFreeze(double progress) =>
        (Sizing.FreezeEpoch is double freeze ? progress >= freeze : Position.Settled) || _state.IsWithinBudget;

    private void FreezeSizes(double progress)
    {
        try
        {
            _state.Freeze(progress, _cancellation);
        }
        catch (OperationCanceledException)
        {
            Checkpoint();
            throw;
        }

        Position = Position with { EpochsWithoutGain = 0, LearningRateFactor = 1 };
        _state.ScaleLearningRates(Position.LearningRateFactor);
        _progress.Message($"Sizes frozen after {progress:0.##} epochs at {_state.Parameters} of {_state.FixedParameters} parameters.");
        if (_state.Sizer.RestartsTraining)
        {
            _progress.Message($"Training starts anew with these sizes, for {Config.Epochs} epochs.");
        }
    }

    private EpochResult Validate(int epoch, double? loss)
    {
        PredictionMetrics validation = _state.Measure("validation", _cancellation);
        EmbeddingSummary embedding = _state.Summary;
        bool fits = Sizing.Budget is not double budget || Sizing.Method == "fixed" || embedding.Ratio <= budget;
        bool best = fits && validation.Auc > Position.BestAuc;
        bool settles = _state.Sizer is { IsLearning: true, FreezesWhenSettled: true } && Sizing.FreezeEpoch is null;
        bool searching = settles || (_state.Sizer.IsLearning && (Sizing.FreezeEpoch < Config.Epochs || _state.Sizer.RestartsTraining));
        bool gained = settles ? validation.Auc > Position.SearchAuc : best;
        int waited = gained ? 0 : Position.EpochsWithoutGain + 1;
        bool counts = settles || !searching;
        if (settles && gained)
        {
            _state.WriteFullSize();
        }

        var result = new EpochResult(epoch, loss, validation, embedding, best);
        Position = Position with
        {
            Epoch = epoch,
            Batch = 0,
            EpochLoss = 0,
            BestAuc = best ? validation.Auc : Position.BestAuc,
            BestEpoch = best ? epoch : Position.BestEpoch,
            BestStep = best ? Position.Step : Position.BestStep,
            SearchAuc = Math.Max(Position.SearchAuc, validation.Auc),
            Settled = settles && ((Config.Patience > 0 && waited >= Config.Patience) || epoch >= Config.Epochs / 2),
            EpochsWithoutGain = counts ? waited : 0,
            LearningRateFactor = gained || !counts ? Position.LearningRateFactor : Position.LearningRateFactor * Config.LearningRateDecay,
            Finished = (epoch - Position.FirstEpoch >= Config.Epochs && !(searching && _state.Sizer.RestartsTraining)) || (Config.Patience > 0 && !searching && waited >= Config.Patience),
        };
        if (best)
        {
            _state.WriteBest();
        }

        return result;
    }

    private TrainingResult Finish()
    {
        if (Position.BestEpoch < 0)
        {
            throw new TrainingException(
                $"No epoch met sizing.budget {Sizing.Budget}: lower sizing.freeze_epoch or sizing.budget_warmup, or raise training.epochs.");
        }

        _state.ReadBest();
        var result = new TrainingResult
        {
            Validation = _state.Measure("validation", _cancellation),
            Test = _state.Measure("test", _cancellation),
            Embedding = _state.Summary,
            BestEpoch = Position.BestEpoch,
            Epochs = Position.Epoch,
            Seconds = Position.Seconds,
            SamplesPerSecond = Position.Examples / Math.Max(1e-9, Position.Seconds),
            TrainingBytes = Position.Memory.Embedding,
            PeakMemoryBytes = Position.Memory.PeakOfProcess,
        };
        _folder.WriteResult(result);
        _folder.Log(_request.Clock.GetUtcNow(), $"finished: test AUC {result.Test.Auc:0.00000}");
        return result;
    }

    private void Checkpoint()
    {
        Position = Position with
        {
            Seconds = _resumedSeconds + _request.Clock.GetElapsedTime(_started).TotalSeconds,
            Memory = MemorySoFar(),
        };
        _state.WriteCheckpoint();
    }

    private TrainingMemory MemorySoFar() => Position.Memory.Or(_state.Memory);

    private void Report(int batches) => _progress.StepDone(new TrainingStep(
        Position.Epoch + 1,
        Position.FirstEpoch + Config.Epochs,
        Position.Batch,
        batches,
        Position.EpochLoss / Position.Batch,
        _examplesHere / Math.Max(1e-9, _request.Clock.GetElapsedTime(_started).TotalSeconds),
        _state.Sizer.Parameters / (double)_state.Sizer.Groups.TableRows,
        (double)_state.Parameters / _state.FixedParameters));
}
