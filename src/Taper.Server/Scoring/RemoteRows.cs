using Taper.Models;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Store;
using Taper.Store.Reading;

namespace Taper.Server.Scoring;

/// <summary>
/// The rows of a version that lie in a store. What a request needs is fetched before it waits for a thread. When the store
/// cannot be read, it is left alone for a while, and the bundle's own rows are used where it has some. Thread-safe.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="scorer">The version's.</param>
internal sealed class RemoteRows(RowStore store, Scorer scorer)
{
    private const long MostKeptBytes = 4 << 20;
    private volatile StoredRows? opened;
    private volatile BatchPool<StoredBatch>? batches;
    private StoreException? failure;
    private long failedAt;

    /// <summary>Opens the rows, and scores a made row with them where the bundle has none of its own.</summary>
    /// <exception cref="StoreException">The store is away or does not hold the version, and the bundle has no rows.</exception>
    public async Task WarmAsync()
    {
        try
        {
            await OpenAsync();
            StoredBatch batch = batches!.Rent();
            batch.Batch.AddCandidate();
            scorer.Score(batch.Batch, stackalloc float[1]);
            batches.Return(batch);
        }
        catch (StoreException e) when (scorer.Bundle.HasOwnRows)
        {
            Note(e);
        }
    }

    /// <summary>Fetches what a request needs.</summary>
    /// <param name="version">The version.</param>
    /// <param name="rows">The request's rows.</param>
    /// <param name="cancellation">Cancelled when nobody waits for the answer.</param>
    /// <returns>To be given back; null where the bundle's own rows are to be used.</returns>
    /// <exception cref="RequestException">
    /// 400: a numeric value is too large; 413: too many values; 503: the store is away and the bundle has no rows.
    /// </exception>
    public async ValueTask<StoredBatch?> FetchAsync(ModelVersion version, RequestRows rows, CancellationToken cancellation)
    {
        if (Volatile.Read(ref failure) is { } recent && store.Clock.GetElapsedTime(Volatile.Read(ref failedAt)).TotalSeconds < store.Settings.RetrySeconds)
        {
            return OwnRows(recent);
        }

        try
        {
            StoredRows source = opened ?? await OpenAsync();
            StoredBatch batch = batches!.Rent();
            Fill(batch, rows);
            long started = store.Clock.GetTimestamp();
            FetchCounts counts = await source.FetchAsync(batch.Rows, cancellation);
            store.Metrics.Fetched(version, counts, store.Clock.GetElapsedTime(started).TotalSeconds);
            Volatile.Write(ref failure, null);
            return batch;
        }
        catch (StoreException e)
        {
            Note(e);
            return OwnRows(e);
        }
    }

    /// <summary>Takes a batch back.</summary>
    public void Return(StoredBatch batch)
    {
        if (batch.Rows.KeptBytes <= MostKeptBytes)
        {
            batches!.Return(batch);
        }
    }

    private async Task<StoredRows> OpenAsync()
    {
        StoredRows rows = await store.OpenAsync(scorer.Bundle);
        batches = new BatchPool<StoredBatch>(() => Create(rows), batch => batch.Clear());
        return opened = rows;
    }

    private StoredBatch Create(StoredRows rows)
    {
        var fetched = rows.CreateRows();
        return new StoredBatch(fetched, scorer.CreateFetched(fetched));
    }

    private void Fill(StoredBatch batch, RequestRows rows)
    {
        try
        {
            RowScorer.AddShared(batch.Batch, rows);
            for (int row = 0; row < rows.Count; row++)
            {
                RowScorer.AddRow(batch.Batch, rows, row);
                if (batch.Rows.WantedCount > store.Settings.MaxValues)
                {
                    throw RequestException.TooLarge($"The request has more than {store.Settings.MaxValues} distinct feature values; send it in parts.");
                }
            }
        }
        catch (ScoringException e)
        {
            throw RequestException.Bad(e.Message);
        }
    }

    private void Note(StoreException e)
    {
        if (Interlocked.Exchange(ref failure, e)?.Message != e.Message)
        {
            store.Failed(scorer.Bundle, scorer.Bundle.HasOwnRows, e.Message);
        }

        Volatile.Write(ref failedAt, store.Clock.GetTimestamp());
        store.Metrics.Failed(scorer.Bundle.Manifest.Name);
    }

    private StoredBatch? OwnRows(StoreException e) => scorer.Bundle.HasOwnRows
        ? null
        : throw RequestException.Unavailable(e.Message);
}
