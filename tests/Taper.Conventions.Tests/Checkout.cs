using System.Diagnostics;
using System.Reflection;

namespace Taper.Conventions.Tests;

/// <summary>The checkout that these tests were built from, and its assemblies.</summary>
internal static class Checkout
{
    /// <summary>The folder that has Taper.slnx in it.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The projects under src/, such as Taper.Data.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src"))
            .Select(d => Path.GetFileName(d)).Where(n => File.Exists(ProjectFile(n))).Order(StringComparer.Ordinal)];

    public static string ProjectFile(string project) => Path.Combine(Root, "src", project, project + ".csproj");

    public static Assembly Load(string project) => Assembly.Load(project == "Taper.Cli" ? "taper" : project);

    /// <summary>All types that a person wrote, nested ones too.</summary>
    public static IEnumerable<Type> Types(string project) => Load(project).GetTypes().Where(Written);

    /// <summary>Files under a folder of the checkout, without what a build makes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Root, f).Split('/', '\\').Any(p => p is "bin" or "obj"));

    /// <summary>The files that are committed or about to be, relative to the root; empty outside a git checkout.</summary>
    public static IReadOnlyList<string> TrackedFiles()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process git = Process.Start(start)!;
        string[] lines = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? [.. lines.Where(l => File.Exists(Path.Combine(Root, l)))] : [];
    }

    private static bool Written(Type type) =>
        !type.FullName!.Contains('<', StringComparison.Ordinal)
        && !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute), inherit: false)
        && type.Namespace?.StartsWith("Taper", StringComparison.Ordinal) != false;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Taper.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Taper.slnx above {AppContext.BaseDirectory}.");
    }
}
