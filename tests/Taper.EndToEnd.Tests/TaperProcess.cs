using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Taper.EndToEnd.Tests;

/// <summary>Starts the built CLI as a process of its own.</summary>
public static class TaperProcess
{
    /// <summary>Folder of the built CLI.</summary>
    public static string Folder { get; } = Metadata("TaperFolder");

    /// <summary>Folder of the samples.</summary>
    public static string Samples { get; } = Metadata("SamplesFolder");

    /// <summary>A built sample program.</summary>
    public static string Sample(string name) =>
        Path.Combine(Samples, name, Metadata("BuildFolder"), OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    /// <summary>Runs it to its end.</summary>
    public static async Task<Outcome> RunAsync(string workingFolder, params string[] arguments)
    {
        using Process process = Start(workingFolder, [], arguments);
        return await EndOf(process);
    }

    /// <summary>Runs it to its end with variables in its environment.</summary>
    public static async Task<Outcome> RunAsync(string workingFolder, Dictionary<string, string> variables, params string[] arguments)
    {
        using Process process = Start(workingFolder, variables, arguments);
        return await EndOf(process);
    }

    /// <summary>Starts it.</summary>
    public static Process Start(string workingFolder, Dictionary<string, string> variables, params string[] arguments)
    {
        string name = OperatingSystem.IsWindows() ? "taper.exe" : "taper";
        return Start(Path.Combine(Folder, name), workingFolder, variables, arguments);
    }

    /// <summary>Starts another program of the checkout.</summary>
    public static Process Start(string program, string workingFolder, Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach ((string key, string value) in variables)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for its end.</summary>
    public static async Task<Outcome> EndOf(Process process)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new Outcome(process.ExitCode, await output, await error);
    }

    private static string Metadata(string key) => typeof(TaperProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == key).Value!;
}
