namespace Taper.Studies.Running;

/// <summary>A command of a run failed; the message is its error line.</summary>
internal sealed class StageException(string message, string log) : Exception(message)
{
    /// <summary>Where its log lies.</summary>
    public string Log { get; } = log;
}
