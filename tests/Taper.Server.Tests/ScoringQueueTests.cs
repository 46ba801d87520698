using System.Net;
using System.Text;
using CsCheck;
using Taper.Models;
using Taper.Models.Tests;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Scoring;
using Taper.Server.Settings;

namespace Taper.Server.Tests;

/// <summary>Requests wait in a bounded queue, are scored together, and each gets its own scores.</summary>
public sealed class ScoringQueueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();
    private readonly ModelVersion version;

    public ScoringQueueTests()
    {
        using var model = new RandomModel("dnn", 1);
        BundleWriter.Write(folder.At("bundle"), model.Content, Precision.Fp32);
        version = new ModelVersion("random", 1, Scorer.Open(folder.At("bundle")), clock.GetUtcNow());
    }

    public void Dispose()
    {
        version.Release();
        folder.Dispose();
    }

    [Fact]
    public void Any_interleaving_gives_the_scores_of_the_scorer_alone()
    {
        Gen<string[]> row = Gen.Select(
            AnyOf.These(RandomModel.Colours), AnyOf.These(RandomModel.Colours), AnyOf.These("", "1", "2.5", "1e3"),
            AnyOf.These("", "war", "war||noir", "nothing"), AnyOf.These("", "3", "-4", "x"), (a, b, c, d, e) => new[] { a, b, c, d, e });
        Gen.Select(row.Array[0, 7].Array[1, 40], Gen.Int[1, 3], Gen.Int[1, 20]).Sample(
            (requests, threads, batchRows) =>
            {
                var queue = new ScoringQueue(new ScoringSettings { Threads = threads, MaxBatchRows = batchRows }, new RowScorer(), clock);
                float[][] scores = [.. requests.Select(rows => new float[rows.Length])];
                Task[] running = [.. requests.Select((rows, i) => Task.Run(async () => await queue.ScoreAsync(version, Rows(rows), scores[i], CancellationToken.None)))];
                Task.WaitAll(running);
                foreach ((int i, string[][] rows) in requests.Index())
                {
                    Assert.All(Alone(rows).Zip(scores[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
                }
            },
            iter: 100);
    }

    [Fact]
    public async Task What_waits_is_scored_together_up_to_the_rows_that_are_set()
    {
        using var scorer = new HeldScorer();
        var queue = new ScoringQueue(new ScoringSettings { Threads = 1, MaxBatchRows = 3 }, scorer, clock);
        Task first = Hold(queue);
        await scorer.Started;
        Task[] waiting = [Score(queue, 1), Score(queue, 2), Score(queue, 1), Score(queue, 5), Score(queue, 1)];
        scorer.Release();
        await Task.WhenAll([first, .. waiting]);
        Assert.Equal([[1], [1, 2], [1], [5], [1]], scorer.Batches);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_the_others_are_answered()
    {
        using var scorer = new HeldScorer();
        var queue = new ScoringQueue(new ScoringSettings { Threads = 1, QueueCapacity = 2 }, scorer, clock);
        Task first = Hold(queue);
        await scorer.Started;
        Task[] waiting = [Score(queue, 1), Score(queue, 1)];
        RequestException refused = await Assert.ThrowsAsync<RequestException>(() => Score(queue, 1));
        Assert.Equal(((int)HttpStatusCode.TooManyRequests, 1), (refused.Status, refused.RetryAfterSeconds));
        scorer.Release();
        await Task.WhenAll([first, .. waiting]);
        Assert.Equal(0, queue.Waiting);
        await Score(queue, 1); // the thread is free again
    }

    [Fact]
    public async Task Who_waits_too_long_or_went_away_is_not_scored()
    {
        using var scorer = new HeldScorer();
        var queue = new ScoringQueue(new ScoringSettings { Threads = 1, QueueSeconds = 2 }, scorer, clock);
        Task first = Hold(queue);
        await scorer.Started;
        using var away = new CancellationTokenSource();
        Task late = Score(queue, 2), gone = Score(queue, 3, away.Token);
        clock.Advance(TimeSpan.FromSeconds(3));
        Task inTime = Score(queue, 4);
        await away.CancelAsync();
        scorer.Release();
        await Task.WhenAll(first, inTime);
        Assert.Equal((int)HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<RequestException>(() => late)).Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal([[1], [4]], scorer.Batches);
    }

    [Fact]
    public async Task A_row_that_cannot_be_scored_fails_its_own_request_alone()
    {
        var pending = new PendingScore(version, Rows([["red", "", "", "", ""]]), new float[1], CancellationToken.None);
        var bad = new PendingScore(version, Rows([["red", "", "1e300", "", ""]]), new float[1], CancellationToken.None);
        new RowScorer().Score(version, [bad, pending]);
        await pending.Done;
        Assert.Equal(Alone([["red", "", "", "", ""]])[0], pending.Scores.Span[0], 1e-6);
        Assert.Contains("too large", (await Assert.ThrowsAsync<RequestException>(() => bad.Done)).Message, StringComparison.Ordinal);
    }

    /// <summary>The first request is scored on the thread that it comes with, and is held there.</summary>
    private Task Hold(ScoringQueue queue) => Task.Run(() => Score(queue, 1));

    private async Task Score(ScoringQueue queue, int rows, CancellationToken? away = null)
    {
        string[][] values = [.. Enumerable.Repeat<string[]>(["red", "", "", "", ""], rows)];
        await queue.ScoreAsync(version, Rows(values), new float[rows], away ?? TestContext.Current.CancellationToken);
    }

    private RequestRows Rows(string[][] values)
    {
        var rows = new RequestRows(new LimitSettings());
        rows.Start(version.Fields.Count);
        foreach (string[] row in values)
        {
            int number = rows.AddRow();
            for (int field = 0; field < row.Length; field++)
            {
                rows.Set(number, field, Encoding.UTF8.GetBytes(row[field]));
            }
        }

        return rows;
    }

    private float[] Alone(string[][] rows)
    {
        FeatureBatch batch = version.Scorer.CreateBatch();
        float[] scores = new float[rows.Length];
        foreach (string[] row in rows)
        {
            batch.AddRow(row);
        }

        version.Scorer.Score(batch, scores);
        return scores;
    }

    /// <summary>Scores nothing, notes what came together, and holds the first request until it is released.</summary>
    private sealed class HeldScorer : IRowScorer, IDisposable
    {
        private readonly TaskCompletionSource started = new();
        private readonly ManualResetEventSlim released = new();

        public Task Started => started.Task;

        public List<int[]> Batches { get; } = [];

        public void Release() => released.Set();

        public void Dispose() => released.Dispose();

        public void Score(ModelVersion version, RequestRows rows, Span<float> scores)
        {
            Batches.Add([rows.Count]);
            started.TrySetResult();
            released.Wait();
        }

        public void Score(ModelVersion version, IReadOnlyList<PendingScore> requests)
        {
            Batches.Add([.. requests.Select(request => request.Rows.Count)]);
            foreach (PendingScore request in requests)
            {
                request.Complete();
            }
        }
    }
}
