using System.Diagnostics;

namespace Taper.EndToEnd.Tests;

/// <summary>Unix signals to a process.</summary>
internal static class Signals
{
    /// <summary>Sends one, such as INT.</summary>
    public static void Send(string signal, Process process) => Process.Start("kill", [$"-{signal}", $"{process.Id}"])!.WaitForExit();

    /// <summary>Skips the test where the signal would not be heard.</summary>
    public static void SkipWithout(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are Unix's");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "a job in the background ignores SIGINT, and so do the programs it starts");
    }

    private static bool IgnoresInterrupts()
    {
        const string ignored = "SigIgn:";
        const int interrupt = 1 << (2 - 1);
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(ignored, StringComparison.Ordinal))
            : null;
        return line is not null && (Convert.ToUInt64(line[ignored.Length..].Trim(), 16) & interrupt) != 0;
    }
}
