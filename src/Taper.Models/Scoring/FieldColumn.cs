namespace Taper.Models.Scoring;

/// <summary>One field of the rows to score.</summary>
internal abstract class FieldColumn
{
    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Starts a row whose value is missing until it is set.</summary>
    public abstract void StartRow();

    /// <summary>Sets the newest row's value from its UTF-8 text; empty is missing.</summary>
    public abstract void Set(ReadOnlySpan<byte> text);
}
