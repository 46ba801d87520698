using Taper.Training.Metrics;

namespace Taper.Training.Runs;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">Number of the epoch, from 1; 0 for a trained model that the run starts from.</param>
/// <param name="Loss">Mean training logloss over the epoch; null for epoch 0.</param>
/// <param name="Validation">Metrics of the validation split.</param>
/// <param name="Embedding">Embedding memory at the end of the epoch.</param>
/// <param name="IsBest">Whether this is the best epoch so far within the budget.</param>
public sealed record EpochResult(
    int Epoch, double? Loss, PredictionMetrics Validation, EmbeddingSummary Embedding, bool IsBest);
