namespace Taper.Cli.Terminal;

/// <summary>This program, to be started again as a process of its own.</summary>
internal static class ThisProgram
{
    /// <summary>The program, and the arguments that come before a command's.</summary>
    public static IReadOnlyList<string> Command
    {
        get
        {
            string own = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(own) == "dotnet" ? [own, Path.Combine(AppContext.BaseDirectory, "taper.dll")] : [own];
        }
    }
}
