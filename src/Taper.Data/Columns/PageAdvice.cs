using System.Runtime.InteropServices;

namespace Taper.Data.Columns;

/// <summary>Tells the kernel how mapped pages will be read: a hint, and on Linux only.</summary>
internal static unsafe partial class PageAdvice
{
    /// <summary>Gives advice on the pages of some mapped values.</summary>
    public static void Give<T>(ReadOnlySpan<T> mapped, Reading reading)
        where T : unmanaged
    {
        if (!OperatingSystem.IsLinux() || mapped.IsEmpty)
        {
            return;
        }

        fixed (T* first = mapped)
        {
            byte* page = (byte*)((nuint)first & ~(nuint)(Environment.SystemPageSize - 1));
            _ = Advise(page, (nuint)((byte*)(first + mapped.Length) - page), (int)reading);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
