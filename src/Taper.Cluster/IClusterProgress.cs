using Taper.Training.Runs;

namespace Taper.Cluster;

/// <summary>Hears how a training on a cluster goes on.</summary>
public interface IClusterProgress : ITrainingProgress
{
    /// <summary>What runs where, and what it has carried.</summary>
    void ClusterSeen(ClusterView view);
}
