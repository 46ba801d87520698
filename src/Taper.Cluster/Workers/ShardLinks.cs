using Taper.Cluster.Shards;

namespace Taper.Cluster.Workers;

/// <summary>
/// A worker's way to all shards: one message to each, side by side, waited for by the worker's own thread. Counts bytes and
/// seconds.
/// </summary>
internal sealed class ShardLinks(IReadOnlyList<IShardGrain> shards, TimeProvider clock)
{
    /// <summary>Number of shards.</summary>
    public int Count => shards.Count;

    /// <summary>What the links have carried since they were made.</summary>
    public WorkerTraffic Traffic { get; private set; } = new();

    /// <summary>Pulls rows for a step.</summary>
    public RowValues[] Pull(Func<int, PullRequest> requestOf)
    {
        long started = clock.GetTimestamp();
        PullRequest[] requests = [.. Enumerable.Range(0, Count).Select(requestOf)];
        RowValues[] values = All(requests, (shard, request) => shard.Pull(request));
        Traffic = Traffic with
        {
            EmbeddingBytes = Traffic.EmbeddingBytes + requests.Sum(r => r.Places.Length + (r.Sizes?.Length ?? 0L)) + values.Sum(v => (long)v.Numbers.Length),
            PullSeconds = Traffic.PullSeconds + clock.GetElapsedTime(started).TotalSeconds,
        };
        return values;
    }

    /// <summary>Pushes a step's gradients, and waits until as many steps are done as the requests ask for; brings the next step's rows where they ask for them.</summary>
    public PushReply[] Push(Func<int, PushRequest> requestOf)
    {
        PushRequest[] requests = [.. Enumerable.Range(0, Count).Select(requestOf)];
        long started = clock.GetTimestamp();
        PushReply[] replies = All(requests, (shard, request) => shard.Push(request));
        double seconds = clock.GetElapsedTime(started).TotalSeconds;
        double waited = replies.Min(reply => reply.Waited);
        double applied = replies.Max(reply => reply.Applied);
        Traffic = Traffic with
        {
            EmbeddingBytes = Traffic.EmbeddingBytes
                + requests.Sum(r => r.Rows.Length + (r.Next?.Places.Length ?? 0L))
                + replies.Sum(r => r.Steps.Sum(s => s.Mask?.Length ?? 0) + (r.Next?.Numbers.Length ?? 0L)),
            DenseBytes = Traffic.DenseBytes + requests.Sum(r => (long)r.Dense.Length) + replies.Sum(r => r.Steps.Sum(s => (long)s.Dense.Length)),
            WaitSeconds = Traffic.WaitSeconds + waited,
            ApplySeconds = Traffic.ApplySeconds + applied,
            PushSeconds = Traffic.PushSeconds + Math.Max(0, seconds - waited - applied),
        };
        return replies;
    }

    /// <summary>Reads rows for predictions.</summary>
    public RowValues[] Read(Func<int, RowPlaces> placesOf) =>
        All([.. Enumerable.Range(0, Count).Select(placesOf)], (shard, places) => shard.Read(places));

    private TReply[] All<TRequest, TReply>(TRequest[] requests, Func<IShardGrain, TRequest, Task<TReply>> ask)
    {
        var replies = new Task<TReply>[shards.Count];
        for (int i = 0; i < replies.Length; i++)
        {
            replies[i] = ask(shards[i], requests[i]);
        }

        return Replies.AllOrFirstFailure(replies);
    }
}
