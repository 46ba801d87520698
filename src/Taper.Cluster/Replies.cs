namespace Taper.Cluster;

/// <summary>Waits for answers of several grains on a thread of the caller's own.</summary>
internal static class Replies
{
    /// <summary>
    /// All answers, or the first failure, at once: the others may be waiting for a part that was lost, and would come only
    /// once the parts are released.
    /// </summary>
    public static TReply[] AllOrFirstFailure<TReply>(Task<TReply>[] replies)
    {
        Task<TReply[]> all = Task.WhenAll(replies);
        if (!all.IsCompleted)
        {
            var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (Task<TReply> reply in replies)
            {
                reply.ContinueWith(
                    _ => failed.TrySetResult(),
                    CancellationToken.None,
                    TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }

            Task.WaitAny(all, failed.Task);
        }

        if (replies.FirstOrDefault(reply => reply.IsFaulted || reply.IsCanceled) is { } lost)
        {
            all.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // seen
            lost.GetAwaiter().GetResult();
        }

        return all.GetAwaiter().GetResult();
    }
}
