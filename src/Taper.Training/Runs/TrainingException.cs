namespace Taper.Training.Runs;

/// <summary>Training cannot go on: the message says why and what to change.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>With a message for the person at the keyboard.</summary>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the failure behind it.</summary>
    public TrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public TrainingException()
    {
    }
}
