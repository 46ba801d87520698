using Taper.Training.Runs;

namespace Taper.Cluster.Coordination;

/// <summary>
/// What writers of earlier generations have left in a run's folder: half of a checkpoint, and locks, which a writer that is
/// paused would hold for as long as it is. It finds neither when it wakes up, and fails.
/// </summary>
internal static class Leftovers
{
    /// <summary>Removes it.</summary>
    public static void Clear(RunFolder run)
    {
        foreach (string place in new[] { Path.GetDirectoryName(run.CheckpointAt(0))!, run.Root }.Where(Directory.Exists))
        {
            foreach (string half in Directory.GetDirectories(place, "*.tmp-*"))
            {
                Directory.Delete(half, recursive: true);
            }

            foreach (string held in Directory.GetFiles(place, "*.lock"))
            {
                File.Delete(held);
            }
        }
    }
}
