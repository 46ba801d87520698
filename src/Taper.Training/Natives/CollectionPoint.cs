namespace Taper.Training.Natives;

/// <summary>
/// A place in a loop of native calls where garbage may be collected, so that it is not collected anywhere else.
/// </summary>
/// <remarks>
/// TorchSharp hands numbers to native code (also the 1 of a + 1 · b) in objects whose finalizer frees them, and keeps none
/// until it was read: a collection during a call can end a training with "Unknown scalar type", or worse, with a wrong number.
/// A step leaves some ten kilobytes of garbage, and the runtime collects after megabytes (256 KB where the cache is small).
/// Not safe to share between threads.
/// </remarks>
internal sealed class CollectionPoint
{
    private const long MostGarbage = 128 * 1024;

    private long _allocated = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Collections made here.</summary>
    public int Collections { get; private set; }

    /// <summary>Collects where garbage has come together. No native call may be under way.</summary>
    public void Pass()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        if (Math.Abs(allocated - _allocated) < MostGarbage)
        {
            return;
        }

        GC.Collect(1, GCCollectionMode.Forced, blocking: true); // 1: what has a finalizer survives 0
        Collections++;
        _allocated = allocated;
    }
}
