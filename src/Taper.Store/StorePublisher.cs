using StackExchange.Redis;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Models.Compact;
using Taper.Store.Layout;
using Taper.Store.Publishing;

namespace Taper.Store;

/// <summary>
/// Writes the rows of bundles into a store, under a name that has one current version at any time. A version is written
/// beside the current one and switched to in one step at the end; when that is interrupted, the current one stays, and the
/// next publish of the same bundle goes on where it ended.
/// </summary>
public sealed class StorePublisher
{
    private readonly StoreConnection connection;
    private readonly StoreKeys keys;

    /// <param name="connection">To the store.</param>
    /// <param name="name">The name, up to 128 letters, digits, '.', '_' and '-'.</param>
    /// <exception cref="StoreException">It is no name.</exception>
    public StorePublisher(StoreConnection connection, string name)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(name);
        this.connection = connection;
        keys = new StoreKeys(name);
    }

    /// <summary>The name that a model has in a store unless another is asked for.</summary>
    public static string NameOf(BundleManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return StoreKeys.NameOf(manifest.Name);
    }

    /// <summary>Publishes a bundle, then removes versions that are kept no longer.</summary>
    /// <param name="bundle">With its rows.</param>
    /// <param name="keep">Earlier versions to keep, for servers that read them still; 0 or more.</param>
    /// <param name="progress">Hears how many rows are done.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    /// <exception cref="StoreException">The store cannot be used, or another publish of the name runs.</exception>
    /// <exception cref="ArtifactException">The bundle is damaged, or its rows are masked or shared, which the store does not hold.</exception>
    public Task<PublishSummary> PublishAsync(Bundle bundle, int keep, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        if (bundle.Manifest.Layout == RowLayout.Masked)
        {
            throw new ArtifactException($"{bundle.Folder}: single elements of its rows are pruned, which the store cannot hold; serve the bundle from its own folder.");
        }

        if (bundle.Manifest.Vocabularies.Any(entry => entry.Shared is not null))
        {
            throw new ArtifactException($"{bundle.Folder}: its values share rows, which the store cannot hold; serve the bundle from its own folder.");
        }

        return GuardedAsync((held, catalog) => PublishAsync(bundle, held, catalog, new Plan(keep, progress, cancellation)));
    }

    /// <summary>Removes what interrupted publishes left, and versions that are kept no longer; the current one stays.</summary>
    /// <param name="keep">Earlier versions to keep, 0 or more.</param>
    /// <param name="cancellation">Stops it between two steps.</param>
    /// <returns>How many versions were removed.</returns>
    /// <exception cref="StoreException">The store cannot be used, or a publish of the name runs.</exception>
    public Task<int> CleanAsync(int keep, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        return GuardedAsync((held, catalog) => RemoveAsync([.. catalog.Unfinished, .. catalog.Beyond(keep)], catalog, held, cancellation));
    }

    private async Task<PublishSummary> PublishAsync(Bundle bundle, PublishLock held, VersionCatalog catalog, Plan plan)
    {
        string id = StoredVersion.IdOf(bundle.Manifest);
        string? replaced = catalog.Current;
        int removed = await RemoveAsync([.. catalog.Unfinished.Where(other => other != id)], catalog, held, plan.Cancellation);
        bool goesOn = catalog.Find(id) is not null;
        if (!goesOn)
        {
            await catalog.NoteAsync(id, NewVersion(bundle));
        }

        StoredVersion version = catalog.Find(id)!;
        VersionWriter writer = new(connection.Database, keys, held) { GoesOn = goesOn };
        await writer.WriteAsync(bundle, version, plan.Progress, plan.Cancellation);
        await catalog.SwitchAsync(id, held);
        removed += await RemoveAsync(catalog.Beyond(plan.Keep), catalog, held, plan.Cancellation);
        return new PublishSummary
        {
            Name = keys.Name,
            Version = id,
            Replaced = replaced,
            Rows = bundle.Tables.Sum(table => (long)table.Rows),
            Buckets = version.Buckets.Sum(),
            WrittenBuckets = writer.Written,
            RemovedVersions = removed,
        };
    }

    private static StoredVersion NewVersion(Bundle bundle)
    {
        PackedRow format = bundle.RowFormat;
        return new StoredVersion
        {
            Layout = StoredVersion.CurrentLayout,
            IsComplete = false,
            Sequence = 0,
            Buckets = [.. bundle.Manifest.Vocabularies.Select(entry => BucketLayout.BucketsFor(BucketPacking.EntriesOf(entry.Sizes, format)))],
        };
    }

    private static async Task<int> RemoveAsync(
        IReadOnlyList<string> ids, VersionCatalog catalog, PublishLock held, CancellationToken cancellation)
    {
        foreach (string id in ids)
        {
            await catalog.RemoveAsync(id, held, cancellation);
        }

        return ids.Count;
    }

    private async Task<T> GuardedAsync<T>(Func<PublishLock, VersionCatalog, Task<T>> work)
    {
        try
        {
            IDatabase database = connection.Database;
            await using PublishLock held = await PublishLock.TakeAsync(database, keys);
            return await work(held, await VersionCatalog.ReadAsync(database, keys));
        }
        catch (Exception e) when (StoreConnection.IsRedis(e))
        {
            throw connection.Failed(e);
        }
    }

    private sealed record Plan(int Keep, IProgress<long>? Progress, CancellationToken Cancellation);
}
