using Taper.Server.Repository;

namespace Taper.Server.Scoring;

/// <summary>A request that waits for a free thread.</summary>
internal sealed class PendingScore(ModelVersion version, RequestRows rows, Memory<float> scores, CancellationToken cancellation)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The version, held by the request's lease.</summary>
    public ModelVersion Version { get; } = version;

    /// <summary>What is scored.</summary>
    public RequestRows Rows { get; } = rows;

    /// <summary>Receives the probabilities.</summary>
    public Memory<float> Scores { get; } = scores;

    /// <summary>When it began to wait.</summary>
    public long Since { get; init; }

    /// <summary>Ends when it is scored or refused.</summary>
    public Task Done => done.Task;

    /// <summary>Whether nobody waits for the answer.</summary>
    public bool IsAbandoned => cancellation.IsCancellationRequested;

    /// <summary>The scores are there.</summary>
    public void Complete() => done.TrySetResult();

    /// <summary>There will be none.</summary>
    public void Fail(Exception exception) => done.TrySetException(exception);

    /// <summary>Nobody waits for them.</summary>
    public void Abandon() => done.TrySetCanceled(cancellation);
}
