using Taper.Data;

namespace Taper.Training.Runs;

/// <summary>Makes what a run trains, or brings it back from a checkpoint.</summary>
internal delegate ITrainingState BeginTraining(TrainingRequest request, RunFolder folder, Dataset dataset, ITrainingProgress progress);
