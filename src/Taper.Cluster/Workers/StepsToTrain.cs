namespace Taper.Cluster.Workers;

/// <summary>Steps to take.</summary>
/// <param name="Position">Where the training stands, as JSON.</param>
/// <param name="Count">How many steps.</param>
[GenerateSerializer, Immutable]
internal sealed record StepsToTrain(string Position, int Count);
