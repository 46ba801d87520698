namespace Taper.Cluster;

/// <summary>Waits for what was asked of several parts at once.</summary>
internal static class Replies
{
    /// <summary>
    /// All replies, or the first failure as soon as it is known: where a part is lost, what others wait for may never come.
    /// </summary>
    public static T[] AllOrFirstFailure<T>(IReadOnlyList<Task<T>> replies)
    {
        var failed = new TaskCompletionSource<T[]>();
        foreach (Task<T> reply in replies)
        {
            reply.ContinueWith(
                lost => lost.IsCanceled ? failed.TrySetCanceled() : failed.TrySetException(lost.Exception!.InnerExceptions),
                CancellationToken.None,
                TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return Task.WhenAny(Task.WhenAll(replies), failed.Task).GetAwaiter().GetResult().GetAwaiter().GetResult();
    }
}
