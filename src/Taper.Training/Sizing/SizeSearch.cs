using Taper.Data;
using Taper.Training.Runs;

namespace Taper.Training.Sizing;

/// <summary>What a method may look at when its sizes are about to be frozen.</summary>
/// <param name="Model">The model as it was trained so far.</param>
/// <param name="Optimizers">Its optimizers.</param>
/// <param name="Dataset">What it is trained on.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Cancellation">Stops the search; it is done again when the run is resumed.</param>
internal sealed record SizeSearch(
    CtrModel Model, ModelOptimizers Optimizers, Dataset Dataset, TrainingConfig Training, CancellationToken Cancellation);
