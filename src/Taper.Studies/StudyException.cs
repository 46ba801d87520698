namespace Taper.Studies;

/// <summary>Some runs of a study failed; the message says which, why, and where the log lies.</summary>
public sealed class StudyException : Exception
{
    /// <summary>With a message for the person at the keyboard.</summary>
    public StudyException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the failure behind it.</summary>
    public StudyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public StudyException()
    {
    }
}
