namespace Taper.Cli.Terminal;

/// <summary>How much is said, and in which form.</summary>
internal sealed record ShellOptions(bool Json, bool Quiet, bool Verbose, bool NoProgress);
