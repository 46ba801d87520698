namespace Taper.Models;

/// <summary>Rows that a model cannot score; the message is for the person who gave them.</summary>
public sealed class ScoringException : Exception
{
    /// <summary>Makes one with a message that says what, where, and how to mend it.</summary>
    public ScoringException(string message)
        : base(message)
    {
    }

    /// <summary>As above, with the cause.</summary>
    public ScoringException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one without a message.</summary>
    public ScoringException()
    {
    }
}
