namespace Taper.Configuration;

/// <summary>A config cannot be used; the message says in one line what, where, and how to mend it.</summary>
public sealed class ConfigException : Exception
{
    /// <summary>With a message for the person at the keyboard.</summary>
    public ConfigException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the failure behind it.</summary>
    public ConfigException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public ConfigException()
    {
    }
}
