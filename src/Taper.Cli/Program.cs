namespace Taper.Cli;

/// <summary>The command line as a program.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => TaperCommandLine.RunAsync(args);
}
