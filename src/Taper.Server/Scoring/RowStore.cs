using Taper.Models;
using Taper.Server.Settings;
using Taper.Server.Telemetry;
using Taper.Store;
using Taper.Store.Reading;

namespace Taper.Server.Scoring;

/// <summary>The store that rows are read from, and the cache of what was read; nothing where the settings name no store. Thread-safe.</summary>
internal sealed partial class RowStore(StoreSettings settings, StoreMetrics metrics, TimeProvider clock, ILogger<RowStore> log) : IDisposable
{
    private readonly RowCache cache = new(settings.Redis.Length > 0 ? settings.CacheBytes : 0);
    private readonly StoreConnection? connection = settings.Redis.Length > 0 ? StoreConnection.Open(settings.Options()) : null;

    /// <summary>Whether there is one.</summary>
    public bool IsSet => connection is not null;

    /// <summary>How it is used.</summary>
    public StoreSettings Settings => settings;

    /// <summary>What is measured of it.</summary>
    public StoreMetrics Metrics => metrics;

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Opens the rows of a bundle's version.</summary>
    /// <exception cref="StoreException">The store is away, or does not hold the version.</exception>
    public Task<StoredRows> OpenAsync(Bundle bundle) => StoredRows.OpenAsync(
        connection!, settings.Name.Length > 0 ? settings.Name : StorePublisher.NameOf(bundle.Manifest), bundle, cache);

    /// <summary>Notes that rows could not be read.</summary>
    public void Failed(Bundle bundle, bool goesOn, string reason) =>
        Unusable(log, bundle.Manifest.Name, goesOn ? "its own rows are used" : "requests are answered 503", reason);

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    [LoggerMessage(30, LogLevel.Warning, "Model {Model}: no rows from the store, {Instead}: {Reason}")]
    private static partial void Unusable(ILogger log, string model, string instead, string reason);
}
