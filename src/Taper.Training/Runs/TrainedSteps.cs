namespace Taper.Training.Runs;

/// <summary>What some training steps came to.</summary>
/// <param name="Losses">Mean logloss of each step's batch: added one by one, an epoch's sum does not depend on how many steps were taken in one go.</param>
/// <param name="Examples">The examples they were trained on.</param>
internal readonly record struct TrainedSteps(double[] Losses, long Examples);
