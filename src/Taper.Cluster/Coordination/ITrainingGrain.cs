namespace Taper.Cluster.Coordination;

/// <summary>A training on the cluster; its key is its run folder.</summary>
internal interface ITrainingGrain : IGrainWithStringKey
{
    /// <summary>Begins it, or does nothing where the same one is under way.</summary>
    [ResponseTimeout("00:00:10")]
    Task Start(TrainingPlan plan);

    /// <summary>Where it stands.</summary>
    /// <param name="life">Of the last report; empty for the first.</param>
    /// <param name="seen">Events of that life that are known already.</param>
    [ResponseTimeout("00:00:10")]
    Task<TrainingReport> Report(string life, int seen);

    /// <summary>Brings it up where its silo was lost, and does nothing else.</summary>
    [ResponseTimeout("00:00:10")]
    Task Wake();

    /// <summary>Lets it write a checkpoint and stop.</summary>
    [ResponseTimeout("00:00:10")]
    Task Stop();
}
