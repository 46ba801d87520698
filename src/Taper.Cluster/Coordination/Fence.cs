namespace Taper.Cluster.Coordination;

/// <summary>
/// Keeps a coordinator from writing once another has claimed a later generation: one that was paused or cut off wakes up beside
/// its successor and knows nothing of it. Passed before each write to the run's folder.
/// </summary>
/// <param name="folder">Where generations are claimed.</param>
/// <param name="generation">The one that writes.</param>
internal sealed class Fence(string folder, long generation)
{
    /// <summary>Whether nobody has claimed a later generation.</summary>
    public bool IsOpen => Generations.Newest(folder) <= generation;

    /// <exception cref="SupersededException">Somebody has.</exception>
    public void Pass()
    {
        if (!IsOpen)
        {
            throw new SupersededException(generation);
        }
    }
}
