using System.Runtime.InteropServices;
using Taper.Data;

namespace Taper.Benchmarks;

/// <summary>The memory-mapped pages of a split of categorical fields, to be given back to the kernel (Linux).</summary>
internal sealed unsafe partial class ColumnPages(Examples examples, int fields)
{
    private const int PageOut = 21; // MADV_PAGEOUT

    public void GiveBack()
    {
        GiveBack(examples.Labels);
        for (int field = 0; field < fields; field++)
        {
            GiveBack(MemoryMarshal.AsBytes(examples.Column(field).Ids));
        }
    }

    private static void GiveBack(ReadOnlySpan<byte> mapped)
    {
        fixed (byte* first = mapped)
        {
            byte* page = (byte*)((nuint)first & ~(nuint)(Environment.SystemPageSize - 1));
            if (Advise(page, (nuint)(first + mapped.Length - page), PageOut) != 0)
            {
                throw new MissingToolException($"madvise: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
