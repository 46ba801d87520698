using System.Collections.Concurrent;

namespace Taper.Server.Repository;

/// <summary>Keeps the batches of a version for later requests: as many as were ever used at the same time. Thread-safe.</summary>
/// <param name="create">Makes one.</param>
/// <param name="clear">Empties one.</param>
internal sealed class BatchPool<T>(Func<T> create, Action<T> clear)
{
    private readonly ConcurrentBag<T> kept = [];

    /// <summary>An empty batch.</summary>
    public T Rent()
    {
        if (!kept.TryTake(out T? batch))
        {
            return create();
        }

        clear(batch);
        return batch;
    }

    /// <summary>Takes a batch back.</summary>
    public void Return(T batch) => kept.Add(batch);
}
