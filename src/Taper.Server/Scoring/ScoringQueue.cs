using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Settings;

namespace Taper.Server.Scoring;

/// <summary>
/// Scores requests on a bounded number of threads. While one is free, a request is scored at once on the thread it came
/// with; otherwise it waits in a bounded queue, and what has come together there is scored together. Nothing waits for
/// company: batches grow with the load. Thread-safe.
/// </summary>
internal sealed class ScoringQueue
{
    private readonly Lock gate = new();
    private readonly Queue<PendingScore> waiting = new();
    private readonly ScoringSettings settings;
    private readonly IRowScorer scorer;
    private readonly TimeProvider clock;
    private int free;

    public ScoringQueue(ScoringSettings settings, IRowScorer scorer, TimeProvider clock)
    {
        this.settings = settings;
        this.scorer = scorer;
        this.clock = clock;
        free = settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount;
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Scores rows.</summary>
    /// <param name="version">Held by a lease until the task ends.</param>
    /// <param name="rows">Not changed until the task ends.</param>
    /// <param name="scores">Receives a probability for each row.</param>
    /// <param name="cancellation">Cancelled when nobody waits for the answer.</param>
    /// <exception cref="RequestException">
    /// 400: a numeric value is too large; 429: too many requests wait; 503: it waited too long.
    /// </exception>
    public ValueTask ScoreAsync(ModelVersion version, RequestRows rows, Memory<float> scores, CancellationToken cancellation)
    {
        if (Enqueue(version, rows, scores, cancellation) is { } pending)
        {
            return new ValueTask(pending.Done);
        }

        try
        {
            scorer.Score(version, rows, scores.Span);
        }
        finally
        {
            PassOn();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Takes a free thread and returns null, or puts the request into the queue.</summary>
    private PendingScore? Enqueue(ModelVersion version, RequestRows rows, Memory<float> scores, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return null;
            }

            if (waiting.Count >= settings.QueueCapacity)
            {
                throw RequestException.Busy("The server has too many requests waiting; try again in a second.");
            }

            var pending = new PendingScore(version, rows, scores, cancellation) { Since = clock.GetTimestamp() };
            waiting.Enqueue(pending);
            return pending;
        }
    }

    /// <summary>Gives the thread to those who wait; the caller goes on with an answer of its own.</summary>
    private void PassOn()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                free++;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Drain(), this, preferLocal: false);
    }

    private void Drain()
    {
        List<PendingScore> together = [];
        while (TakeTogether(together))
        {
            try
            {
                ScoreTogether(together);
            }
            catch (Exception e) // each request answers for itself; the thread goes on
            {
                together.ForEach(request => request.Fail(e));
            }

            together.Clear();
        }
    }

    /// <summary>Takes requests of one version from the head of the queue; false, and the thread is free, when none waits.</summary>
    private bool TakeTogether(List<PendingScore> together)
    {
        lock (gate)
        {
            int rows = 0;
            while (waiting.TryPeek(out PendingScore? next))
            {
                bool fits = together.Count == 0
                    || (next.Version == together[0].Version && rows + next.Rows.Count <= settings.MaxBatchRows);
                if (!fits)
                {
                    break;
                }

                waiting.Dequeue();
                if (IsStillWanted(next))
                {
                    together.Add(next);
                    rows += next.Rows.Count;
                }
            }

            free += together.Count == 0 ? 1 : 0;
            return together.Count > 0;
        }
    }

    private bool IsStillWanted(PendingScore request)
    {
        if (request.IsAbandoned)
        {
            request.Abandon();
            return false;
        }

        if (clock.GetElapsedTime(request.Since).TotalSeconds > settings.QueueSeconds)
        {
            request.Fail(RequestException.Unavailable($"The request waited longer than {settings.QueueSeconds} s for a free thread; try again."));
            return false;
        }

        return true;
    }

    private void ScoreTogether(List<PendingScore> together)
    {
        if (together is [PendingScore alone])
        {
            scorer.Score(alone.Version, alone.Rows, alone.Scores.Span);
            alone.Complete();
        }
        else
        {
            scorer.Score(together[0].Version, together);
        }
    }
}
