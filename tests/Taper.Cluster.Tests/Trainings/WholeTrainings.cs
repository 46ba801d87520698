namespace Taper.Cluster.Tests.Trainings;

/// <summary>Trainings from their start to their end, on silos in this process: one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeTrainings : ICollectionFixture<TestClusters>, ICollectionFixture<Taper.Training.Tests.TinyDataset>
{
    public const string Name = "whole trainings";
}
