namespace Taper.Cluster;

/// <summary>A part of a cluster refuses its work for good: trying again would not help. The message is for the person at the keyboard.</summary>
[GenerateSerializer]
public sealed class ClusterException : Exception
{
    /// <summary>With a message that says what is wrong and how to mend it.</summary>
    public ClusterException(string message)
        : base(message)
    {
    }

    /// <summary>With a message, and what caused it.</summary>
    public ClusterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What it was about where it was thrown first.</summary>
    [Id(0)]
    internal FaultKind Kind { get; init; }

    /// <summary>Without a message.</summary>
    public ClusterException()
    {
    }
}
