namespace Taper.Embeddings.Storage;

/// <summary>
/// A dataset folder, checkpoint or bundle is missing, damaged, altered or of a newer version. The message is one
/// line for the person at the keyboard: what, where, and how to mend it.
/// </summary>
public sealed class ArtifactException : Exception
{
    /// <summary>An artifact error with its line for the user.</summary>
    public ArtifactException(string message)
        : base(message)
    {
    }

    /// <summary>An artifact error with its line for the user and what caused it.</summary>
    public ArtifactException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An artifact error without a message; prefer the others.</summary>
    public ArtifactException()
    {
    }
}
