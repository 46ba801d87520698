using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Taper.Data;

namespace Taper.Benchmarks;

/// <summary>The memory-mapped pages of a training split of categorical fields, to be given back to the kernel (Linux).</summary>
internal sealed unsafe partial class ColumnPages(Dataset dataset)
{
    private const int DontNeed = 4; // MADV_DONTNEED and POSIX_FADV_DONTNEED alike

    public void GiveBack()
    {
        Examples train = dataset.Split("train");
        Unmap(train.Labels);
        for (int field = 0; field < dataset.Fields.Count; field++)
        {
            Unmap(MemoryMarshal.AsBytes(train.Column(field).Ids));
        }

        foreach (string file in Directory.EnumerateFiles(Path.Combine(dataset.Folder, train.Name)))
        {
            using SafeFileHandle handle = File.OpenHandle(file);
            Check(AdviseFile((int)handle.DangerousGetHandle(), 0, 0, DontNeed));
        }
    }

    /// <summary>The pages stay in the cache, but nothing of this process holds them there.</summary>
    private static void Unmap(ReadOnlySpan<byte> mapped)
    {
        fixed (byte* first = mapped)
        {
            byte* page = (byte*)((nuint)first & ~(nuint)(Environment.SystemPageSize - 1));
            Check(Advise(page, (nuint)(first + mapped.Length - page), DontNeed));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new MissingToolException("the kernel does not give pages back");
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AdviseFile(int file, long offset, long length, int advice);
}
