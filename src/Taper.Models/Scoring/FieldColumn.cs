namespace Taper.Models.Scoring;

/// <summary>One field of the rows to score. A column of one row stands for any number of rows that share its value.</summary>
internal abstract class FieldColumn
{
    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Starts a row whose value is missing until it is set.</summary>
    public abstract void StartRow();

    /// <summary>Sets the newest row's value from its UTF-8 text; empty is missing.</summary>
    /// <returns>False, and nothing is set, where the text is a number too large for a 32-bit float.</returns>
    public abstract bool TrySet(ReadOnlySpan<byte> text);

    /// <summary>Writes what the network reads of this field into a feed, from a row on as many as the feed has.</summary>
    public abstract void Feed(NetworkFeed feed, int first);

    /// <summary>Starts rows until there are so many.</summary>
    public void StartRows(int count)
    {
        while (Count < count)
        {
            StartRow();
        }
    }
}
