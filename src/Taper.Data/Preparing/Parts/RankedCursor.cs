namespace Taper.Data.Preparing.Parts;

/// <summary>Goes through what a shard has ranked, a message at a time, and gives the shard the ids back.</summary>
/// <param name="shard">The shard.</param>
/// <param name="vocabulary">The vocabulary's number.</param>
internal sealed class RankedCursor(IVocabularyShard shard, int vocabulary) : IComparable<RankedCursor>
{
    private readonly List<int> ids = [];
    private byte[] message = [];
    private int read;
    private int from;
    private int start;
    private int length;

    /// <summary>The count of the value that it stands at.</summary>
    public long Count { get; private set; }

    /// <summary>The value that it stands at.</summary>
    public ReadOnlySpan<byte> Utf8 => message.AsSpan(start, length);

    /// <summary>Goes to the next value; false after the last.</summary>
    public bool Next()
    {
        if (read == message.Length)
        {
            Finish();
            (message, read) = (shard.Ranked(vocabulary, from), 0);
        }

        ReadOnlySpan<byte> rest = message.AsSpan(read);
        if (!CountedValues.TryRead(ref rest, out ReadOnlySpan<byte> utf8, out long count))
        {
            return false;
        }

        read = message.Length - rest.Length;
        (start, length, Count) = (read - utf8.Length, utf8.Length, count);
        return true;
    }

    /// <summary>Gives the value that it stands at its id.</summary>
    public void Number(int id) => ids.Add(id);

    /// <summary>Tells the shard the ids that it has not heard of.</summary>
    public void Finish()
    {
        if (ids.Count > 0)
        {
            shard.Number(vocabulary, from, [.. ids]);
            from += ids.Count;
            ids.Clear();
        }
    }

    /// <summary>The more frequent comes first, of the equally frequent the one with the smaller bytes.</summary>
    public int CompareTo(RankedCursor? other)
    {
        int order = other!.Count.CompareTo(Count);
        return order != 0 ? order : Utf8.SequenceCompareTo(other.Utf8);
    }
}
