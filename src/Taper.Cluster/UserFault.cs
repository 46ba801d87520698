using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training.Natives;
using Taper.Training.Runs;

namespace Taper.Cluster;

/// <summary>Failures that trying again would not mend. They cross machines as <see cref="ClusterException"/>, whose text alone is told.</summary>
internal static class UserFault
{
    public static bool Is(Exception e) =>
        e is ClusterException or ArtifactException or DataException or ConfigException or TrainingException or NativeLibraryException;

    public static ClusterException Of(Exception e) => e as ClusterException ?? new ClusterException(e.Message)
    {
        Kind = e switch
        {
            ConfigException => FaultKind.Config,
            DataException => FaultKind.Data,
            _ => FaultKind.Other,
        },
    };
}
