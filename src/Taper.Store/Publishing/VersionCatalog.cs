using StackExchange.Redis;
using Taper.Store.Layout;

namespace Taper.Store.Publishing;

/// <summary>The versions of a name that the store holds, whole or in part, and which one is current.</summary>
internal sealed class VersionCatalog
{
    private const int KeysAtOnce = 512;
    private readonly IDatabase database;
    private readonly StoreKeys keys;
    private readonly Dictionary<string, StoredVersion> versions;

    private VersionCatalog(IDatabase database, StoreKeys keys, Dictionary<string, StoredVersion> versions, string? current)
    {
        this.database = database;
        this.keys = keys;
        this.versions = versions;
        Current = current;
    }

    /// <summary>The id of the version that was published last; null where there is none.</summary>
    public string? Current { get; private set; }

    /// <summary>Versions that are not whole: their publishing, or their removal, was interrupted.</summary>
    public IEnumerable<string> Unfinished => versions.Where(entry => !entry.Value.IsComplete).Select(entry => entry.Key);

    /// <summary>Reads it.</summary>
    /// <exception cref="StoreException">It is damaged, or of a newer Taper.</exception>
    public static async Task<VersionCatalog> ReadAsync(IDatabase database, StoreKeys keys)
    {
        HashEntry[] entries = await database.HashGetAllAsync(keys.Versions);
        string? current = await database.StringGetAsync(keys.Current);
        return new VersionCatalog(
            database, keys, entries.ToDictionary(entry => (string)entry.Name!, entry => StoredVersion.Parse((string)entry.Value!, keys.Name)), current);
    }

    /// <summary>A version; null where the store has none of that id.</summary>
    public StoredVersion? Find(string id) => versions.GetValueOrDefault(id);

    /// <summary>Notes a version before any of its rows is written, so that they can be found again.</summary>
    public async Task NoteAsync(string id, StoredVersion version)
    {
        await database.HashSetAsync(keys.Versions, id, version.ToString());
        versions[id] = version;
    }

    /// <summary>Makes a version whose rows are all there the current one, in one step.</summary>
    /// <exception cref="StoreException">The lock was lost, or somebody else has switched.</exception>
    public async Task SwitchAsync(string id, PublishLock held)
    {
        StoredVersion version = versions[id] with { IsComplete = true, Sequence = versions.Values.Max(v => v.Sequence) + 1 };
        ITransaction transaction = database.CreateTransaction();
        transaction.AddCondition(held.IsHeld);
        transaction.AddCondition(Current is null ? Condition.KeyNotExists(keys.Current) : Condition.StringEqual(keys.Current, Current));
        Task noted = transaction.HashSetAsync(keys.Versions, id, version.ToString());
        Task switched = transaction.StringSetAsync(keys.Current, id);
        if (!await transaction.ExecuteAsync())
        {
            throw PublishLock.Lost(keys.Name);
        }

        await Task.WhenAll(noted, switched);
        versions[id] = version;
        Current = id;
    }

    /// <summary>The versions that are beyond a number of earlier ones to keep, the oldest last.</summary>
    public IReadOnlyList<string> Beyond(int keep) =>
    [
        .. versions.Where(entry => entry.Value.IsComplete && entry.Key != Current)
            .OrderByDescending(entry => entry.Value.Sequence).Skip(keep).Select(entry => entry.Key),
    ];

    /// <summary>Removes a version and its rows. When it is interrupted, the version counts as unfinished.</summary>
    public async Task RemoveAsync(string id, PublishLock held, CancellationToken cancellation)
    {
        StoredVersion version = versions[id] with { IsComplete = false };
        await NoteAsync(id, version);
        foreach (string[] some in KeysOf(id, version).Chunk(KeysAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            await held.RenewAsync();
            await Task.WhenAll(some.Select(key => database.KeyDeleteAsync(key)));
        }

        await database.HashDeleteAsync(keys.Versions, id);
        versions.Remove(id);
    }

    private IEnumerable<string> KeysOf(string id, StoredVersion version)
    {
        for (int vocabulary = 0; vocabulary < version.Buckets.Count; vocabulary++)
        {
            yield return keys.Reserved(id, vocabulary);
            for (long bucket = 0; bucket < version.Buckets[vocabulary]; bucket++)
            {
                yield return keys.Bucket(id, vocabulary, bucket);
            }
        }
    }
}
