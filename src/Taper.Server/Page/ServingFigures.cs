using Taper.Server.Repository;
using Taper.Server.Telemetry;

namespace Taper.Server.Page;

/// <summary>What a version does: its last minute, and what it has looked up since it was loaded. Times are in seconds.</summary>
internal sealed record ServingFigures
{
    /// <summary>When it was loaded.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Rows scored since then.</summary>
    public required long RowsSince { get; init; }

    /// <summary>The seconds that the figures of the last minute are of: fewer when it was loaded later.</summary>
    public required double Seconds { get; init; }

    /// <summary>Requests that were scored.</summary>
    public required long Scored { get; init; }

    /// <summary>Requests that were refused or failed.</summary>
    public required long NotScored { get; init; }

    /// <summary>Rows scored.</summary>
    public required long Rows { get; init; }

    /// <summary>Half of the requests took less; null without requests.</summary>
    public double? P50 { get; init; }

    /// <summary>90% of the requests took less; null without requests.</summary>
    public double? P90 { get; init; }

    /// <summary>99% of the requests took less; null without requests.</summary>
    public double? P99 { get; init; }

    /// <summary>Requests a second, every two seconds, the oldest first.</summary>
    public required IReadOnlyList<double> History { get; init; }

    /// <summary>The lookups of each field that has embeddings, since the version was loaded.</summary>
    public required IReadOnlyList<FieldLookups> Fields { get; init; }

    /// <summary>Puts the figures of a version together.</summary>
    public static ServingFigures Of(ModelVersion version, RecentFigures recent, DateTimeOffset now) => new()
    {
        Since = version.LoadedAt,
        RowsSince = version.Usage.Rows,
        Seconds = Math.Clamp((now - version.LoadedAt).TotalSeconds, 0, recent.Window.TotalSeconds),
        Scored = recent.Scored,
        NotScored = recent.NotScored,
        Rows = recent.Rows,
        P50 = recent.Percentile(0.5)?.TotalSeconds,
        P90 = recent.Percentile(0.9)?.TotalSeconds,
        P99 = recent.Percentile(0.99)?.TotalSeconds,
        History = [.. recent.History.Select(requests => requests / RecentRequests.SlotTime.TotalSeconds)],
        Fields =
        [
            .. version.Fields.Fields.Index().Where(field => field.Item.HasEmbedding).Select(field =>
                new FieldLookups(field.Item.Name, version.Usage.ValuesOf(field.Index), version.Usage.UnknownOf(field.Index))),
        ],
    };
}

/// <summary>Values looked up in a field, and those of them that are not in its vocabulary.</summary>
internal sealed record FieldLookups(string Name, long Values, long Unknown);
