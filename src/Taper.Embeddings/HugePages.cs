using System.Runtime.InteropServices;

namespace Taper.Embeddings;

/// <summary>Asks the kernel to back memory with huge pages: a hint, and on Linux only.</summary>
internal static unsafe partial class HugePages
{
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Asks before the memory is first written.</summary>
    /// <param name="start">Where it begins, at the boundary of a page.</param>
    /// <param name="bytes">Its length.</param>
    public static void Ask(void* start, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(start, bytes, Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
