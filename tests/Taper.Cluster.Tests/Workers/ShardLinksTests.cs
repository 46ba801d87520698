using Taper.Cluster.Shards;
using Taper.Cluster.Workers;

namespace Taper.Cluster.Tests.Workers;

public sealed class ShardLinksTests
{
    /// <summary>A shard that is there waits for the gradients of a worker that was lost with the other one: it will never answer.</summary>
    [Fact]
    public async Task A_shard_that_is_lost_is_heard_of_while_others_still_wait()
    {
        var never = new TaskCompletionSource<PushReply>();
        var lostShard = new AnsweringShard(Task.FromException<PushReply>(new TimeoutException("lost")));
        var links = new ShardLinks([new AnsweringShard(never.Task), lostShard], TimeProvider.System);
        Task<PushReply[]> push = Task.Run(() => links.Push(_ => new PushRequest(0, 0, [], [])), TestContext.Current.CancellationToken);
        var lost = await Assert.ThrowsAsync<TimeoutException>(() => push.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal("lost", lost.Message);
    }

    [Fact]
    public void Traffic_is_counted_both_ways()
    {
        var reply = new PushReply([new StepSums(0, new byte[3], new MaskGradients(new byte[1], new byte[4]))], 0.25, 0.5);
        var links = new ShardLinks([new AnsweringShard(Task.FromResult(reply)), new AnsweringShard(Task.FromResult(reply))], TimeProvider.System);
        Assert.Equal(2, links.Push(_ => new PushRequest(0, 0, new byte[7], new byte[11])).Length);
        Assert.Equal((2 * 12, 2 * 14), (links.Traffic.EmbeddingBytes, links.Traffic.DenseBytes));
        Assert.Equal((0.25, 0.5), (links.Traffic.WaitSeconds, links.Traffic.ApplySeconds));
    }

    /// <summary>They are embeddings, both ways; a step that brings none counts as before.</summary>
    [Fact]
    public void Rows_of_the_next_step_count_where_they_come()
    {
        var reply = new PushReply([new StepSums(0, new byte[3], null)], 0.25, 0.5, new RowValues(new byte[17]));
        var links = new ShardLinks([new AnsweringShard(Task.FromResult(reply)), new AnsweringShard(Task.FromResult(reply))], TimeProvider.System);
        links.Push(_ => new PushRequest(0, 0, new byte[7], new byte[11], Next: new RowPlaces(new byte[8])));
        Assert.Equal((2 * (7 + 8 + 17), 2 * 14, 0.0), (links.Traffic.EmbeddingBytes, links.Traffic.DenseBytes, links.Traffic.PullSeconds));
    }

    private sealed class AnsweringShard(Task<PushReply> push) : IShardGrain
    {
        public Task<PushReply> Push(PushRequest request) => push;

        public Task<PartStatus> Load(ShardTask task) => throw new NotSupportedException();

        public Task<RowValues> Pull(PullRequest request) => throw new NotSupportedException();

        public Task<RowValues> Read(RowPlaces places) => throw new NotSupportedException();

        public Task ScaleLearningRate(double factor) => throw new NotSupportedException();

        public Task<PartStatus> Freeze(byte[] sizes, bool isCompact) => throw new NotSupportedException();

        public Task Save(string checkpoint) => throw new NotSupportedException();

        public Task Release() => throw new NotSupportedException();
    }
}
