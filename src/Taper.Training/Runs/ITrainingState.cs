using Taper.Training.Metrics;
using Taper.Training.Sizing;

namespace Taper.Training.Runs;

/// <summary>
/// What <see cref="Trainer"/> trains: a model and its optimizers, and where they stand. In one process that is
/// <see cref="TrainingState"/>; on a cluster its parts lie on several machines.
/// </summary>
internal interface ITrainingState : IDisposable
{
    /// <summary>Where the run stands; the trainer moves it on.</summary>
    TrainingPosition Position { get; set; }

    /// <summary>Whether it was brought back from a checkpoint.</summary>
    bool IsResumed { get; }

    /// <summary>Who decides the sizes.</summary>
    Sizer Sizer { get; }

    /// <summary>Whether a search for sizes is over before its time.</summary>
    bool IsWithinBudget { get; }

    /// <summary>Exported embedding parameters at present.</summary>
    long Parameters { get; }

    /// <summary>Those of the fixed-size table.</summary>
    long FixedParameters { get; }

    /// <summary>What the embeddings take at present.</summary>
    EmbeddingSummary Summary { get; }

    /// <summary>What the training takes at present.</summary>
    TrainingMemory Memory { get; }

    /// <summary>Takes steps on the batches that come next in the epoch, one at least.</summary>
    /// <param name="most">The most steps to take.</param>
    TrainedSteps Train(int most);

    /// <summary>Keeps the sizes as they are from here on; where the sizer restarts training, the position starts anew with them.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before anything changed.</exception>
    void Freeze(double progress, CancellationToken cancellation);

    /// <summary>Multiplies every learning rate's configured value.</summary>
    void ScaleLearningRates(double factor);

    /// <summary>The metrics of a split.</summary>
    PredictionMetrics Measure(string split, CancellationToken cancellation);

    /// <summary>Keeps all that a resumed run needs.</summary>
    void WriteCheckpoint();

    /// <summary>Keeps the model as the best so far; a checkpoint at the same step follows.</summary>
    void WriteBest();

    /// <summary>Keeps the model as the best so far whose sizes are not frozen.</summary>
    void WriteFullSize();

    /// <summary>Goes back to the best model, which is not trained any more.</summary>
    void ReadBest();
}
