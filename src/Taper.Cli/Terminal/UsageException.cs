namespace Taper.Cli.Terminal;

/// <summary>The command was asked for something it cannot do; the message says what to ask instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
