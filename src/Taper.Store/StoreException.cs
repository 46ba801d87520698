namespace Taper.Store;

/// <summary>The store cannot be used, or does not hold what was asked for; the message is one sentence for the person at the keyboard.</summary>
public sealed class StoreException : Exception
{
    /// <summary>With its sentence.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>With its sentence and what caused it.</summary>
    public StoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message; prefer the others.</summary>
    public StoreException()
    {
    }
}
