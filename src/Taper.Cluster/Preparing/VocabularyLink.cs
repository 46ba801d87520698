using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>A shard of all vocabularies in another process.</summary>
/// <param name="shard">The shard.</param>
/// <param name="stop">Stops waiting.</param>
internal sealed class VocabularyLink(IVocabularyGrain shard, CancellationToken stop) : IVocabularyShard
{
    public void Add(int vocabulary, int part, byte[] values) => Done(shard.Add(vocabulary, part, values));

    public int Rank(int vocabulary)
    {
        while (true)
        {
            if (Done(shard.Rank(vocabulary)) is int ranked)
            {
                return ranked;
            }
        }
    }

    public byte[] Ranked(int vocabulary, int from) => Done(shard.Ranked(vocabulary, from));

    public void Number(int vocabulary, int from, int[] ids) => Done(shard.Number(vocabulary, from, ids));

    public int[] Ids(int vocabulary, int part, int from) => Done(shard.Ids(vocabulary, part, from));

    public void Forget(int vocabulary) => Done(shard.Forget(vocabulary));

    private void Done(Task answer) => answer.WaitAsync(stop).GetAwaiter().GetResult();

    private T Done<T>(Task<T> answer) => answer.WaitAsync(stop).GetAwaiter().GetResult();
}
