using Orleans.Concurrency;
using Taper.Cluster.Hosting;
using Taper.Data;
using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>Hosts a <see cref="VocabularyShard"/>, and keeps to the memory that shards may take on its silo.</summary>
[Reentrant]
[SpreadPlacement]
[GrainType("taper-vocabulary")]
[CollectionAgeLimit(Minutes = PreparingParts.MinutesToLive)]
internal sealed class VocabularyGrain(SiloMemory memory, TimeProvider clock) : Grain, IVocabularyGrain, IDisposable
{
    private readonly LongWork<int, int> _rankings = new(clock);
    private VocabularyShard? _shard;
    private long _reserved;

    private VocabularyShard Shard => _shard ?? throw new PartLostException();

    public Task Load(string fields)
    {
        _shard = new VocabularyShard(WireText.Read<FieldConfig[]>(fields));
        return Task.CompletedTask;
    }

    public Task Add(int vocabulary, int part, byte[] values)
    {
        try
        {
            Shard.Add(vocabulary, part, values);
            TakeMemory();
            return Task.CompletedTask;
        }
        catch (Exception e) when (UserFault.Is(e))
        {
            throw UserFault.Of(e);
        }
    }

    public async Task<int?> Rank(int vocabulary)
    {
        VocabularyShard shard = Shard;
        return await _rankings.Wait(vocabulary, () => shard.Rank(vocabulary)) is { } done ? await done : null;
    }

    public Task<byte[]> Ranked(int vocabulary, int from) => Task.FromResult(Shard.Ranked(vocabulary, from));

    public Task Number(int vocabulary, int from, int[] ids)
    {
        Shard.Number(vocabulary, from, ids);
        return Task.CompletedTask;
    }

    public Task<int[]> Ids(int vocabulary, int part, int from) => Task.FromResult(Shard.Ids(vocabulary, part, from));

    public Task Forget(int vocabulary)
    {
        Shard.Forget(vocabulary);
        TakeMemory();
        return Task.CompletedTask;
    }

    public Task Hold()
    {
        _ = Shard;
        return Task.CompletedTask;
    }

    public Task Release()
    {
        Dispose();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _shard = null;
        memory.Release(_reserved);
        _reserved = 0;
    }

    /// <summary>Takes what the values need by now, and gives back what they no longer do.</summary>
    private void TakeMemory()
    {
        long needed = Shard.Bytes;
        if (needed > _reserved)
        {
            memory.Reserve(needed - _reserved, $"{this.GetPrimaryKeyString().Split('|')[^1]} of the vocabularies");
        }
        else
        {
            memory.Release(_reserved - needed);
        }

        _reserved = needed;
    }
}
