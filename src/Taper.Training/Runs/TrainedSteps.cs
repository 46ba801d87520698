namespace Taper.Training.Runs;

/// <summary>What some training steps came to.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Loss">Σ of their batches' mean logloss.</param>
/// <param name="Examples">The examples they were trained on.</param>
internal readonly record struct TrainedSteps(int Count, double Loss, long Examples);
