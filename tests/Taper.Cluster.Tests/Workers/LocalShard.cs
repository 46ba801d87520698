using System.Runtime.InteropServices;
using Taper.Cluster.Shards;

namespace Taper.Cluster.Tests.Workers;

/// <summary>A shard in this process, with no cluster around it.</summary>
internal sealed class LocalShard(EmbeddingShard shard, int workers, WirePrecision wire, int staleness = 0) : IShardGrain
{
    private readonly Lock _one = new();
    private readonly ShardSteps _step = new(shard, workers, staleness, wire, TimeProvider.System);

    /// <summary>Messages of each kind.</summary>
    public int Pulls { get; private set; }

    public int Pushes { get; private set; }

    public Task<RowValues> Pull(PullRequest request)
    {
        lock (_one)
        {
            Pulls++;
            return Task.FromResult(new RowValues(WireFloats.Encode(_step.Pull(request), wire)));
        }
    }

    public Task<PushReply> Push(PushRequest request)
    {
        lock (_one)
        {
            Pushes++;
            return _step.Push(request);
        }
    }

    public Task<RowValues> Read(RowPlaces places)
    {
        lock (_one)
        {
            return Task.FromResult(new RowValues(WireFloats.Encode(shard.Read(MemoryMarshal.Cast<byte, int>(places.Places)), wire)));
        }
    }

    public Task<PartStatus> Load(ShardTask task) => throw new NotSupportedException();

    public Task ScaleLearningRate(double factor) => throw new NotSupportedException();

    public Task<PartStatus> Freeze(byte[] sizes, bool isCompact) => throw new NotSupportedException();

    public Task Save(string checkpoint) => throw new NotSupportedException();

    public Task Release() => throw new NotSupportedException();
}
