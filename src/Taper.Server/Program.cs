namespace Taper.Server;

/// <summary>The server as a program of its own.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => ServerCommandLine.RunAsync(args);
}
