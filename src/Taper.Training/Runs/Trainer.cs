using Taper.Data;
using Taper.Embeddings.Storage;
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
    private readonly TrainingState _state;
    private readonly long _started;
    private readonly double _resumedSeconds;
    private CancellationToken _cancellation;
    private long _examplesHere;

    private Trainer(TrainingRequest request, ITrainingProgress progress, RunFolder folder, Dataset dataset, TrainingState state)
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

    private CtrModel Model => _state.Model;

    private TrainingPosition Position
    {
        get => _state.Position;
        set => _state.Position = value;
    }

    /// <summary>Trains, or goes on training, and returns the result.</summary>
    /// <exception cref="ArtifactException">Dataset, run folder or every checkpoint cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; a checkpoint was written first.</exception>
    public static TrainingResult Run(TrainingRequest request, ITrainingProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        Libtorch.Prepare(request.Config.Training.Threads);
        using Dataset dataset = Dataset.Open(request.DatasetFolder);
        var folder = new RunFolder(request.RunFolder);
        request = request.Resume && folder.Exists ? request with { InitFrom = StartOf(folder, request.InitFrom) } : request;
        using TrainingState state = TrainingState.Begin(request, folder, dataset, progress);
        return new Trainer(request, progress, folder, dataset, state).Run(cancellation);
    }

    /// <summary>The trained model that a run started from, which a resumed run need not name again.</summary>
    private static string? StartOf(RunFolder folder, string? named)
    {
        string? started = folder.ReadRecord().InitFrom;
        return named is null || Path.GetFullPath(named) == started
            ? started
            : throw new TrainingException(
                $"{folder.Root}: this run started from {started ?? "random values"}, not from {named}; resume it without --init-from, or train into another folder.");
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
        Examples examples = _dataset.Split("train");
        var reader = new BatchReader(_dataset, examples, Config.BatchSize);
        _state.Optimizers.ScaleLearningRates(Position.LearningRateFactor);
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
            if (!TrainEpoch(reader, examples))
            {
                continue;
            }

            Tell(Validate(Position.Epoch + 1, Position.EpochLoss / reader.BatchCount), tensorBoard);
            _state.Optimizers.ScaleLearningRates(Position.LearningRateFactor);
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
    private bool TrainEpoch(BatchReader reader, Examples examples)
    {
        Model.Network.train(Position.Epoch >= Config.FreezeNetwork);
        int round = Position.Epoch - Position.FirstEpoch;
        ExampleOrder order = ExampleOrder.Shuffled(examples.Count, (ulong)Config.Seed, round, Config.ShuffleWindow);
        foreach (Batch batch in reader.Read(order, Position.Batch))
        {
            if (_cancellation.IsCancellationRequested)
            {
                Checkpoint();
                _cancellation.ThrowIfCancellationRequested();
            }

            double progress = Position.Epoch + ((double)Position.Batch / reader.BatchCount);
            if (Model.Sizer.IsLearning && IsTimeToFreeze(progress))
            {
                FreezeSizes(progress);
                if (Model.Sizer.RestartsTraining)
                {
                    return false;
                }
            }

            float loss = _state.Step(batch, progress);
            if (!float.IsFinite(loss))
            {
                throw new TrainingException(
                    $"The loss is not finite at epoch {Position.Epoch + 1}, batch {Position.Batch + 1}; lower training.learning_rate.");
            }

            _examplesHere += batch.Count;
            Position = Position with
            {
                Batch = Position.Batch + 1,
                Step = Position.Step + 1,
                EpochLoss = Position.EpochLoss + loss,
                Examples = Position.Examples + batch.Count,
            };
            Report(reader.BatchCount);
            if (Config.CheckpointEvery > 0 && Position.Step % Config.CheckpointEvery == 0 && Position.Batch < reader.BatchCount)
            {
                Checkpoint();
            }
        }

        return true;
    }

    private bool IsTimeToFreeze(double progress) =>
        (Sizing.FreezeEpoch is double freeze ? progress >= freeze : Position.Settled) || Model.Sizer.IsWithinBudget(Model.Table, _state.Optimizers.Embedding.Steps);

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
        _state.Optimizers.ScaleLearningRates(Position.LearningRateFactor);
        _progress.Message($"Sizes frozen after {progress:0.##} epochs at {Model.Parameters} of {Model.FixedParameters} parameters.");
        if (Model.Sizer.RestartsTraining)
        {
            _progress.Message($"Training starts anew with these sizes, for {Config.Epochs} epochs.");
        }
    }

    private EpochResult Validate(int epoch, double? loss)
    {
        var validation = Evaluator.Measure(Model, _dataset, "validation", Config.GroupField, _cancellation);
        EmbeddingSummary embedding = Model.Summary();
        bool fits = Sizing.Budget is not double budget || Sizing.Method == "fixed" || embedding.Ratio <= budget;
        bool best = fits && validation.Auc > Position.BestAuc;
        bool settles = Model.Sizer is { IsLearning: true, FreezesWhenSettled: true } && Sizing.FreezeEpoch is null;
        bool searching = settles || (Model.Sizer.IsLearning && (Sizing.FreezeEpoch < Config.Epochs || Model.Sizer.RestartsTraining));
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
            Finished = (epoch - Position.FirstEpoch >= Config.Epochs && !(searching && Model.Sizer.RestartsTraining)) || (Config.Patience > 0 && !searching && waited >= Config.Patience),
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
            Validation = Evaluator.Measure(Model, _dataset, "validation", Config.GroupField, _cancellation),
            Test = Evaluator.Measure(Model, _dataset, "test", Config.GroupField, _cancellation),
            Embedding = Model.Summary(),
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

    private TrainingMemory MemorySoFar() => Position.Memory.Or(TrainingMemory.Of(Model, _state.Optimizers));

    private void Report(int batches) => _progress.StepDone(new TrainingStep(
        Position.Epoch + 1,
        Position.FirstEpoch + Config.Epochs,
        Position.Batch,
        batches,
        Position.EpochLoss / Position.Batch,
        _examplesHere / Math.Max(1e-9, _request.Clock.GetElapsedTime(_started).TotalSeconds),
        Model.Sizer.Parameters / (double)Model.Sizer.Groups.TableRows,
        (double)Model.Parameters / Model.FixedParameters));
}
