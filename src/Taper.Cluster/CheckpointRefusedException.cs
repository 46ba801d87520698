namespace Taper.Cluster;

/// <summary>A part cannot be loaded from a checkpoint, which is damaged or of another training: one before it may do.</summary>
[GenerateSerializer]
internal sealed class CheckpointRefusedException(string message) : Exception(message);
