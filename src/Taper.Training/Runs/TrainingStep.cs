namespace Taper.Training.Runs;

/// <summary>Progress of a run after a step.</summary>
/// <param name="Epoch">Epoch under way, from 1.</param>
/// <param name="Epochs">Most epochs of the run.</param>
/// <param name="Batch">Batches of this epoch done.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">Mean training logloss of the epoch so far.</param>
/// <param name="SamplesPerSecond">Examples a second since the run started or resumed.</param>
/// <param name="MeanSize">Mean kept embedding size of a table row.</param>
/// <param name="Ratio">Kept parameters over those of the fixed-size table.</param>
public sealed record TrainingStep(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double SamplesPerSecond, double MeanSize, double Ratio);
