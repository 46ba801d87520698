using Taper.Training.Runs;

namespace Taper.Studies.Replays;

/// <summary>What a period came to: the model that was trained on it, measured on the next one. Immutable.</summary>
/// <param name="Period">Which one.</param>
/// <param name="Examples">Examples it was trained on.</param>
/// <param name="Values">What became of feature values and their sizes.</param>
/// <param name="Carried">The model that started from the period before.</param>
/// <param name="Anew">The model that was trained from random values on all data so far; null where none was.</param>
public sealed record ReplayedPeriod(ReplayPeriod Period, int Examples, ValueChanges Values, TrainingResult Carried, TrainingResult? Anew);
