namespace Taper.Data.Preparing.Parts;

/// <summary>A part's side of a vocabulary: sends its values to the shards, and has their ids back in the same order.</summary>
/// <param name="vocabulary">The vocabulary's number.</param>
/// <param name="part">The part's number.</param>
/// <param name="codes">The values that have come in the part.</param>
/// <param name="counts">How often each occurs in training here; one that never does may occur in another part's.</param>
/// <param name="shards">The shards of all vocabularies.</param>
internal sealed class SpreadVocabulary(int vocabulary, int part, ValueCodes codes, long[] counts, IReadOnlyList<IVocabularyShard> shards)
{
    /// <summary>Adds the values to the shards, those too that do not occur in training here: their ids are asked for.</summary>
    public void Send()
    {
        CountedValues[] messages = [.. shards.Select(_ => new CountedValues())];
        for (int code = 0; code < counts.Length; code++)
        {
            int shard = ShardOfVocabulary.ShardOf(codes[code], shards.Count);
            messages[shard].Add(codes[code].Utf8, counts[code]);
            if (messages[shard].IsFull)
            {
                shards[shard].Add(vocabulary, part, messages[shard].Take());
            }
        }

        for (int shard = 0; shard < shards.Count; shard++)
        {
            if (!messages[shard].IsEmpty)
            {
                shards[shard].Add(vocabulary, part, messages[shard].Take());
            }
        }
    }

    /// <summary>The ids that the shards have given the values.</summary>
    public ValueIds Receive()
    {
        ValueIds ids = new(counts.Length);
        int[][] received = [.. shards.Select(_ => Array.Empty<int>())];
        int[] next = new int[shards.Count], before = new int[shards.Count];
        for (int code = 0; code < counts.Length; code++)
        {
            int shard = ShardOfVocabulary.ShardOf(codes[code], shards.Count);
            if (next[shard] == received[shard].Length)
            {
                before[shard] += next[shard];
                received[shard] = shards[shard].Ids(vocabulary, part, before[shard]);
                next[shard] = 0;
            }

            ids[code] = received[shard][next[shard]++];
        }

        return ids;
    }
}
