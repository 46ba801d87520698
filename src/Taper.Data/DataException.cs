namespace Taper.Data;

/// <summary>
/// Raw input cannot be used: missing, malformed, or without what the configuration asks of it. The message is one
/// line for the person at the keyboard: what, where, and how to mend it.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>A data error with its line for the user.</summary>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>A data error with its line for the user and what caused it.</summary>
    public DataException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A data error without a message; prefer the others.</summary>
    public DataException()
    {
    }
}
