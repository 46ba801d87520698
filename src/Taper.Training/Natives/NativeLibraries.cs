using System.Runtime.InteropServices;
using TorchSharp;

namespace Taper.Training.Natives;

/// <summary>
/// The native libraries under TorchSharp. Loading them here first, one by one, lets a failure name the file: TorchSharp
/// itself reports every failure as a missing package. Safe from several threads; a second call costs nothing much.
/// </summary>
public static class NativeLibraries
{
    /// <summary>Loads libtorch and TorchSharp's bridge to it.</summary>
    /// <exception cref="NativeLibraryException">A library is missing or does not load.</exception>
    public static void Check()
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        Load([.. searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), AppContext.BaseDirectory]);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException)
        {
            throw new NativeLibraryException(FileName("LibTorchSharp"), (e.InnerException ?? e).Message, BuildAgain, e);
        }
    }

    private const string BuildAgain = "delete bin/ and obj/ and build again";

    /// <summary>Loads the libraries, each after those it needs, from the first of the folders that has it.</summary>
    internal static void Load(IReadOnlyList<string> folders)
    {
        foreach (string name in (string[])["c10", "torch_cpu", "torch", "LibTorchSharp"])
        {
            string file = FileName(name);
            string path = folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists)
                ?? throw new NativeLibraryException(file, $"it is in none of {string.Join(", ", folders.Distinct())}", Provide(name));
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new NativeLibraryException(path, e.Message, MendFor(e.Message), e);
            }
        }
    }

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" :
        OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static string Provide(string name) =>
        $"the program's project must reference the package {(name == "LibTorchSharp" ? "TorchSharp" : $"libtorch-cpu-{Platform}")}, " +
        $"and be built or published for {Platform}";

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") +
        (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64");

    private static string MendFor(string reason) => reason.Contains("GLIBCXX", StringComparison.Ordinal)
        ? "this system's libstdc++ is older than the library: import eng/LibtorchCompat.targets into the program's project and build again"
        : "the file may be cut short, or a library that it needs is not installed; " + BuildAgain;
}
