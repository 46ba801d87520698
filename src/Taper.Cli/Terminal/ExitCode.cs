namespace Taper.Cli.Terminal;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int Artifact = 3;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
