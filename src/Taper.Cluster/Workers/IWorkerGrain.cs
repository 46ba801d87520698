namespace Taper.Cluster.Workers;

/// <summary>A worker of one generation of a training; its key says which.</summary>
internal interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Makes the worker or loads it from a checkpoint.</summary>
    Task<PartStatus> Load(WorkerTask task);

    /// <summary>Trains some steps; answered when they are done.</summary>
    Task<StepsTrained> Train(StepsToTrain steps);

    /// <summary>32-bit floats: the probability of each example of the worker's part of a split.</summary>
    [ResponseTimeout("24:00:00")]
    Task<byte[]> Predict(string split);

    /// <summary>Multiplies every learning rate's configured value.</summary>
    Task ScaleLearningRates(double factor);

    /// <summary>Keeps the sizes as they are; returns them by frequency group.</summary>
    Task<byte[]> Freeze(double progress);

    /// <summary>Writes what all workers have alike into a checkpoint.</summary>
    Task Save(string checkpoint, string position);

    /// <summary>Stops what is under way and frees the worker.</summary>
    Task Release();
}
