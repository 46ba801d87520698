namespace Taper.Cluster.Preparing;

/// <summary>A part of a preparation is not there any more: its silo was lost, or it was released.</summary>
[GenerateSerializer]
internal sealed class PartLostException : Exception
{
    public PartLostException()
        : base("a part is empty: its silo was lost")
    {
    }

    public PartLostException(string message)
        : base(message)
    {
    }

    public PartLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
