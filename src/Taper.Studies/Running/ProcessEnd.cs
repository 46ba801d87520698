namespace Taper.Studies;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 when it went well.</param>
/// <param name="Output">What it wrote to stdout.</param>
public sealed record ProcessEnd(int ExitCode, string Output);
