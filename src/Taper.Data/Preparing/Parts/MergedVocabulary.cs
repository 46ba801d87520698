namespace Taper.Data.Preparing.Parts;

/// <summary>
/// Merges what all shards have ranked into one vocabulary, most frequent first, ties by the bytes of the text: the order that one
/// process gives them. Holds one message of each shard.
/// </summary>
internal sealed class MergedVocabulary
{
    private const int ShareOfTop = 100;

    private readonly int vocabulary;
    private readonly IReadOnlyList<IVocabularyShard> shards;
    private readonly long top;
    private long all;
    private long ofTop;

    /// <param name="vocabulary">The vocabulary's number.</param>
    /// <param name="config">Which values it keeps.</param>
    /// <param name="ranked">How many values each shard has ranked.</param>
    /// <param name="shards">The shards.</param>
    public MergedVocabulary(int vocabulary, FieldConfig config, IReadOnlyList<int> ranked, IReadOnlyList<IVocabularyShard> shards)
    {
        (this.vocabulary, this.shards) = (vocabulary, shards);
        long kept = ranked.Sum(count => (long)count);
        kept = config.MaxVocabulary > 0 ? Math.Min(kept, config.MaxVocabulary) : kept;
        Size = kept <= int.MaxValue - Vocabulary.Reserved
            ? (int)kept + Vocabulary.Reserved
            : throw new DataException($"the vocabulary {config.VocabularyName} has more than {int.MaxValue} values; set min_count or max_vocabulary.");
        top = Math.Max(1, kept / ShareOfTop);
    }

    /// <summary>The vocabulary's size, unknown and missing among it.</summary>
    public int Size { get; }

    /// <summary>The share of training occurrences that the most frequent 1% of values (at least one) take; once it is merged.</summary>
    public double TopShare => all == 0 ? 0 : (double)ofTop / all;

    /// <summary>Appends the values to a table, after two rows for unknown and missing, and numbers them in the shards.</summary>
    public void WriteTo(ValueTable table)
    {
        table.Append([], 0, 0);
        table.Append([], 0, 0);
        PriorityQueue<RankedCursor, RankedCursor> next = new(Comparer<RankedCursor>.Create((one, other) => one.CompareTo(other)));
        foreach (IVocabularyShard shard in shards)
        {
            Enqueue(next, new RankedCursor(shard, vocabulary));
        }

        for (int id = Vocabulary.Reserved; id < Size; id++)
        {
            RankedCursor cursor = next.Dequeue();
            table.Append(cursor.Utf8, cursor.Count, 0);
            all += cursor.Count;
            ofTop += id - Vocabulary.Reserved < top ? cursor.Count : 0;
            cursor.Number(id);
            Enqueue(next, cursor);
        }

        while (next.TryDequeue(out RankedCursor? cursor, out _))
        {
            cursor.Finish();
        }
    }

    private static void Enqueue(PriorityQueue<RankedCursor, RankedCursor> next, RankedCursor cursor)
    {
        if (cursor.Next())
        {
            next.Enqueue(cursor, cursor);
        }
    }
}
