namespace Taper.Cluster.Preparing;

/// <summary>Work that takes longer than a request may: it is begun once, on a thread of its own, and waited for a while at a time.</summary>
/// <typeparam name="TKey">Names a piece of work.</typeparam>
/// <typeparam name="T">Its answer.</typeparam>
/// <param name="clock">Times the waiting.</param>
internal sealed class LongWork<TKey, T>(TimeProvider clock)
    where TKey : notnull
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<TKey, Task<T>> _begun = [];

    /// <summary>Done when all that was begun is, whatever came of it.</summary>
    public Task Ended => Task.WhenAll(_begun.Values).ContinueWith(done => done.Exception, TaskScheduler.Default); // who asked for the work has heard of it

    /// <summary>Begins a piece of work where it is not begun, and waits for it.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="work">Does it.</param>
    /// <returns>The work, done; null where it is to be asked for again.</returns>
    public async Task<Task<T>?> Wait(TKey key, Func<T> work)
    {
        if (!_begun.TryGetValue(key, out Task<T>? begun))
        {
            begun = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _begun.Add(key, begun);
        }

        await Task.WhenAny(begun, Task.Delay(Patience, clock, CancellationToken.None));
        return begun.IsCompleted ? begun : null;
    }
}
