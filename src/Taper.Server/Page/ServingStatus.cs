using Taper.Server.Repository;
using Taper.Server.Telemetry;

namespace Taper.Server.Page;

/// <summary>What is served at the moment, as the page shows it: every model with its versions, the served ones with their figures.</summary>
internal sealed record ServingStatus(string Server, DateTimeOffset Now, IReadOnlyList<ModelStatus> Models)
{
    /// <summary>Looks at everything that is served or refused.</summary>
    public static ServingStatus Of(ModelRepository repository, ServingMetrics metrics, TimeProvider clock)
    {
        ModelVersion[] ready = [.. repository.Ready];
        DateTimeOffset now = clock.GetUtcNow();
        return new ServingStatus(
            ServerVersion.Text,
            now,
            [.. repository.Index().GroupBy(status => status.Model).Select(model => new ModelStatus(model.Key, [.. model.Select(Entry)]))]);

        VersionEntry Entry(VersionStatus status) => new()
        {
            Version = status.Version,
            Reason = status.Reason,
            Serving = status.IsReady && ready.FirstOrDefault(v => v.Model == status.Model && v.Version == status.Version) is { } version
                ? ServingFigures.Of(version, metrics.RecentOf(version), now)
                : null,
        };
    }
}

/// <summary>A model and its versions, the highest first.</summary>
internal sealed record ModelStatus(string Name, IReadOnlyList<VersionEntry> Versions);

/// <summary>A version that is served, or why it is not.</summary>
internal sealed record VersionEntry
{
    /// <summary>Its number; 0 for a model that is unloaded.</summary>
    public required long Version { get; init; }

    /// <summary>Why it is not served; empty where it is.</summary>
    public required string Reason { get; init; }

    /// <summary>What it does; null where it is not served.</summary>
    public ServingFigures? Serving { get; init; }
}
