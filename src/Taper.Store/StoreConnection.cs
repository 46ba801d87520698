using StackExchange.Redis;

namespace Taper.Store;

/// <summary>A connection to a server of the Redis protocol; it comes back by itself after the server was away. Thread-safe.</summary>
public sealed class StoreConnection : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(20);
    private readonly ConnectionMultiplexer multiplexer;

    private StoreConnection(StoreOptions options, ConnectionMultiplexer multiplexer)
    {
        Options = options;
        this.multiplexer = multiplexer;
    }

    /// <summary>What it was opened with.</summary>
    public StoreOptions Options { get; }

    internal IDatabase Database => multiplexer.GetDatabase();

    /// <summary>Connects; a server that is away is tried again and again in the background.</summary>
    public static StoreConnection Open(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new StoreConnection(options, ConnectionMultiplexer.Connect(Configuration(options)));
    }

    /// <summary>Connects, and fails where the server does not answer.</summary>
    /// <exception cref="StoreException">It cannot be reached, or it refuses us.</exception>
    public static async Task<StoreConnection> ConnectAsync(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StoreConnection connection = new(options, await ConnectionMultiplexer.ConnectAsync(Configuration(options)));
        try
        {
            await connection.Database.PingAsync();
            return connection;
        }
        catch (Exception e) when (IsRedis(e))
        {
            await connection.DisposeAsync();
            throw connection.Failed(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => multiplexer.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => multiplexer.Dispose();

    /// <summary>Whether an exception comes from the store and not from a mistake of ours.</summary>
    internal static bool IsRedis(Exception exception) => exception is RedisException or TimeoutException;

    /// <summary>What to tell of an exception of the client's. Its own text is long, and repeated only where the server wrote it.</summary>
    internal StoreException Failed(Exception exception) => new(Reason(exception), exception);

    private string Reason(Exception exception)
    {
        string text = exception.ToString();
        return exception switch
        {
            _ when text.Contains("WRONGPASS", StringComparison.Ordinal) || text.Contains("NOAUTH", StringComparison.Ordinal) =>
                $"The store at {Options.Addresses} refuses the user or password; set TAPER_STORE__PASSWORD (and TAPER_STORE__USER).",
            RedisServerException { Message: { } message } when message.StartsWith("OOM", StringComparison.Ordinal) =>
                $"The store at {Options.Addresses} is out of memory; raise its maxmemory, or publish at a smaller precision.",
            RedisServerException => $"The store at {Options.Addresses} refuses a command: {exception.Message}",
            TimeoutException => $"The store at {Options.Addresses} did not answer in time.",
            _ => $"The store at {Options.Addresses} cannot be reached.",
        };
    }

    private static ConfigurationOptions Configuration(StoreOptions options)
    {
        ConfigurationOptions configuration = new()
        {
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast, // who asks while the server is away hears so at once
            ClientName = "taper",
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            AsyncTimeout = (int)WriteTimeout.TotalMilliseconds,
            ReconnectRetryPolicy = new LinearRetry(500),
            Ssl = options.Tls,
            User = options.User.Length > 0 ? options.User : null,
            Password = options.Password.Length > 0 ? options.Password : null,
        };
        foreach (System.Net.EndPoint endPoint in options.EndPoints)
        {
            configuration.EndPoints.Add(endPoint);
        }

        return configuration;
    }
}
