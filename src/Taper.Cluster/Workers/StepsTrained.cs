namespace Taper.Cluster.Workers;

/// <summary>Steps that were taken.</summary>
/// <param name="Losses">The worker's share of each batch's mean loss.</param>
/// <param name="Examples">Examples of the worker.</param>
/// <param name="Sizes">Kept size of each frequency group, the same on every worker.</param>
/// <param name="Traffic">Of the worker, since it was loaded.</param>
[GenerateSerializer, Immutable]
internal sealed record StepsTrained(double[] Losses, long Examples, byte[] Sizes, WorkerTraffic Traffic);
