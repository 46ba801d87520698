using Taper.Training.Metrics;

namespace Taper.Training.Runs;

/// <summary>What a finished run came to: its best epoch by validation AUC within the budget.</summary>
public sealed record TrainingResult
{
    /// <summary>Metrics of the validation split.</summary>
    public required PredictionMetrics Validation { get; init; }

    /// <summary>Metrics of the test split.</summary>
    public required PredictionMetrics Test { get; init; }

    /// <summary>Embedding memory.</summary>
    public required EmbeddingSummary Embedding { get; init; }

    /// <summary>Number of the best epoch, from 1; 0 for the trained model that the run started from.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Epochs trained, those of a search for sizes among them.</summary>
    public required int Epochs { get; init; }

    /// <summary>Seconds spent training, validation included, preparation and test excluded.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training examples a second.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Most bytes of embedding table, its optimizer's state and what the sizer learns, with that optimizer's.</summary>
    public long TrainingBytes { get; init; }

    /// <summary>Peak resident memory of the process that trained; over all resumptions the highest.</summary>
    public long PeakMemoryBytes { get; init; }
}
