using Taper.Store;

namespace Taper.Server.Settings;

/// <summary>The store that rows are read from, beside the bundles or instead of them.</summary>
internal sealed record StoreSettings
{
    /// <summary>See the attribute.</summary>
    [Setting("HOST:PORT of a Redis-protocol server that bundles were published to; commas between the nodes of a cluster. Empty: rows come from the bundles.")]
    public string Redis { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("The name that the model was published under; empty: the name that its manifest says.")]
    public string Name { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("The user; empty: the store's default user.")]
    public string User { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("The password. Set it by the environment, TAPER_STORE__PASSWORD, or in a file: a command line is seen by others.")]
    public string Password { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("A file whose first line is the password, where `store.password` is not set.")]
    public string PasswordFile { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("Speak TLS to the store.")]
    public bool Tls { get; init; }

    /// <summary>See the attribute.</summary>
    [Setting("Bytes of memory for rows that were read lately, of all models together.", Min = 0, Max = 1L << 36)]
    public long CacheBytes { get; init; } = 256 << 20;

    /// <summary>See the attribute.</summary>
    [Setting("Milliseconds that reading a request's rows may take.", Min = 1, Max = 60_000)]
    public int TimeoutMs { get; init; } = 250;

    /// <summary>See the attribute.</summary>
    [Setting("Seconds after a failure until the store is asked again; requests are answered from local rows, or 503, until then.", Min = 0, Max = 600)]
    public double RetrySeconds { get; init; } = 1;

    /// <summary>See the attribute.</summary>
    [Setting("Distinct feature values of one request.", Min = 1, Max = 1_000_000)]
    public int MaxValues { get; init; } = 262_144;

    /// <summary>How the store is spoken to.</summary>
    /// <exception cref="SettingsException">The address is none, or the password's file cannot be read.</exception>
    public StoreOptions Options()
    {
        try
        {
            return new StoreOptions(Redis)
            {
                User = User,
                Password = Password.Length == 0 && PasswordFile.Length > 0 ? StoreOptions.PasswordIn(PasswordFile) : Password,
                Tls = Tls,
                Timeout = TimeSpan.FromMilliseconds(TimeoutMs),
            };
        }
        catch (StoreException e)
        {
            throw new SettingsException(e.Message, e);
        }
    }
}
