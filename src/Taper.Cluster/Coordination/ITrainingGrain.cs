namespace Taper.Cluster.Coordination;

/// <summary>A training on the cluster; its key is its run folder.</summary>
internal interface ITrainingGrain : IGrainWithStringKey
{
    /// <summary>Begins it, or does nothing where the same one is under way.</summary>
    Task Start(TrainingPlan plan);

    /// <summary>Where it stands.</summary>
    /// <param name="life">Of the last report; empty for the first.</param>
    /// <param name="seen">Events of that life that are known already.</param>
    Task<TrainingReport> Report(string life, int seen);

    /// <summary>Brings it up where its silo was lost, also when nobody follows it: workers ask for it now and then.</summary>
    Task LookAfter();

    /// <summary>Lets it write a checkpoint and stop.</summary>
    Task Stop();
}
