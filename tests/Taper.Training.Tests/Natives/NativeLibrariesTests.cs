using Taper.Training.Natives;
using TorchSharp;

namespace Taper.Training.Tests.Natives;

/// <summary>The native libraries load from a build, and a failure names the file and the mend.</summary>
public sealed class NativeLibrariesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("taper-natives-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Torch_computes_in_this_build()
    {
        NativeLibraries.Check();
        using torch.Tensor ones = torch.ones(3);
        Assert.Equal([1f, 1f, 1f], ones.data<float>().ToArray());
    }

    [Fact]
    public void A_missing_library_is_named_with_the_package_that_has_it()
    {
        var e = Assert.Throws<NativeLibraryException>(() => NativeLibraries.Load([folder.FullName]));
        Assert.Contains("c10", e.File, StringComparison.Ordinal);
        Assert.Contains(folder.FullName, e.Message, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_library_cut_short_is_named_by_its_path()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the file is named as on Linux");
        string path = Path.Combine(folder.FullName, "libc10.so");
        File.WriteAllBytes(path, [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
        var e = Assert.Throws<NativeLibraryException>(() => NativeLibraries.Load([folder.FullName]));
        Assert.Equal(path, e.File);
        Assert.Contains("build again", e.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_copy_of_the_bridge_needs_the_newer_libstdcxx_only_weakly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "an ELF library");
        string[] copies = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories);
        Assert.NotEmpty(copies);
        Assert.All(copies, copy => Assert.Equal(["GLIBCXX_3.4.32 weak"],
            ElfVersionNeeds.Of(File.ReadAllBytes(copy)).Where(n => n.StartsWith("GLIBCXX_3.4.32", StringComparison.Ordinal))));
    }
}
