namespace Taper.Cluster.Coordination;

/// <summary>Another coordinator has begun a later generation: this one has nothing to write any more.</summary>
internal sealed class SupersededException(long generation) : Exception($"Generation {generation} of the training is not the newest any more.");
