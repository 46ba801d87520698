namespace Taper.Cluster.Coordination;

/// <summary>Something that happened.</summary>
/// <param name="IsEpoch">Whether <paramref name="Text"/> is an epoch's result as JSON; else a line to be said.</param>
/// <param name="Text">See above.</param>
[GenerateSerializer, Immutable]
internal sealed record TrainingEvent(bool IsEpoch, string Text);
