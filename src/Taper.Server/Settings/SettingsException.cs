namespace Taper.Server.Settings;

/// <summary>The server cannot run with its settings; the message says in one line what, where, and how to mend it.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>With a message for the person at the keyboard.</summary>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the failure behind it.</summary>
    public SettingsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public SettingsException()
    {
    }
}
