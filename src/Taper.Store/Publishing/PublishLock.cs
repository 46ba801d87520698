using StackExchange.Redis;
using Taper.Store.Layout;

namespace Taper.Store.Publishing;

/// <summary>
/// One publisher of a name at a time, as each removes what unfinished ones left. The lock of a publisher that died ends by
/// itself.
/// </summary>
internal sealed class PublishLock : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private readonly IDatabase database;
    private readonly StoreKeys keys;
    private readonly RedisValue token = Guid.NewGuid().ToString("N");

    private PublishLock(IDatabase database, StoreKeys keys)
    {
        this.database = database;
        this.keys = keys;
    }

    /// <summary>What has to hold for the lock to be ours still.</summary>
    public Condition IsHeld => Condition.StringEqual(keys.Lock, token);

    /// <exception cref="StoreException">Another publisher has it.</exception>
    public static async Task<PublishLock> TakeAsync(IDatabase database, StoreKeys keys)
    {
        PublishLock taken = new(database, keys);
        return await database.LockTakeAsync(keys.Lock, taken.token, Lifetime)
            ? taken
            : throw new StoreException(
                $"Another publish of '{keys.Name}' is running; if it was killed, try again in {Lifetime.TotalSeconds} s.");
    }

    /// <summary>Keeps it for another while.</summary>
    /// <exception cref="StoreException">It ended before, and another publisher may have begun.</exception>
    public async Task RenewAsync()
    {
        if (!await database.LockExtendAsync(keys.Lock, token, Lifetime))
        {
            throw Lost(keys.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await database.LockReleaseAsync(keys.Lock, token);
        }
        catch (Exception e) when (StoreConnection.IsRedis(e))
        {
            // The store is away, and what ended the publishing says so; the lock ends by itself.
        }
    }

    /// <summary>What to tell when somebody else publishes.</summary>
    public static StoreException Lost(string name) =>
        new($"Another publish of '{name}' took over; what it published is served. Run this one again.");
}
