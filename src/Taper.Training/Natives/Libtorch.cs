using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Taper.Training.Natives;

/// <summary>
/// Makes libtorch ready for training in this process. On Linux two settings of the C runtime go before it is loaded, each
/// only where the user has not made it; they change times alone, no result.
/// </summary>
internal static partial class Libtorch
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
    private const int MapThreshold = -3;
    private const int KeptBytes = 1 << 29;
    private const int LargestHeapBlock = 1 << 25; // the most that every glibc takes

    /// <summary>Loads libtorch, to work on so many threads; 0: as many as there are cores.</summary>
    /// <exception cref="NativeLibraryException">A library is missing or does not load.</exception>
    public static void Prepare(int threads)
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint libc))
        {
            SpinBriefly();
            if (NativeLibrary.TryGetExport(libc, "mallopt", out _))
            {
                KeepFreedMemory();
            }
        }

        NativeLibraries.Check();
        set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
    }

    /// <summary>
    /// Threads of libtorch's OpenMP that have nothing to do spin for milliseconds by default, on the cores that embeddings
    /// are then gathered and updated on.
    /// </summary>
    private static void SpinBriefly()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            _ = SetEnvironment("GOMP_SPINCOUNT", "2000", overwrite: 0);
        }
    }

    /// <summary>
    /// Every step frees and asks for the same tens of megabytes. By default glibc hands them back to the system in between,
    /// and each page is faulted in again.
    /// </summary>
    private static void KeepFreedMemory()
    {
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null)
        {
            _ = SetAllocator(TrimThreshold, KeptBytes);
            _ = SetAllocator(MapThreshold, LargestHeapBlock);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetAllocator(int parameter, int value);
}
