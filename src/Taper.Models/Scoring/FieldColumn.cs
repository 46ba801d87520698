namespace Taper.Models.Scoring;

/// <summary>One field of the rows to score. A column of one row stands for any number of rows that share its value.</summary>
internal abstract class FieldColumn
{
    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Count = 0;
        Forget();
    }

    /// <summary>Starts rows until there are so many; their values are missing until they are set.</summary>
    public void StartRows(int count)
    {
        if (count > Count)
        {
            Start(Count, count);
            Count = count;
        }
    }

    /// <summary>Sets the newest row's value from its UTF-8 text; empty is missing.</summary>
    /// <returns>False, and nothing is set, where the text is a number too large for a 32-bit float.</returns>
    public abstract bool TrySet(ReadOnlySpan<byte> text);

    /// <summary>Writes what the network reads of this field into a feed, from a row on as many as the feed has.</summary>
    public abstract void Feed(NetworkFeed feed, int first);

    protected abstract void Forget();

    /// <summary>Makes rows whose values are missing.</summary>
    protected abstract void Start(int first, int end);

    /// <summary>Room for rows, twice what there was at least.</summary>
    protected static void Grow<T>(ref T[] rows, int count)
    {
        if (rows.Length < count)
        {
            Array.Resize(ref rows, Math.Max(count, 2 * rows.Length));
        }
    }
}
