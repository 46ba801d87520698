using Taper.Data;
using Taper.Training;

namespace Taper.Studies.Replays;

/// <summary>What to replay, and where to put it.</summary>
public sealed record ReplayRequest
{
    /// <summary>The data, split by time with <c>from</c> and <c>to</c>.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>Where relative paths of the data's sources start.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>How long a period is.</summary>
    public required PeriodLength By { get; init; }

    /// <summary>The model of the first period, and of every period where it is trained anew.</summary>
    public required RunConfig First { get; init; }

    /// <summary>The model of the later periods, which start from the one before.</summary>
    public required RunConfig Then { get; init; }

    /// <summary>The YAML of <see cref="First"/> with every default filled in; kept in the run folders.</summary>
    public string FirstYaml { get; init; } = "";

    /// <summary>The YAML of <see cref="Then"/>.</summary>
    public string ThenYaml { get; init; } = "";

    /// <summary>Whether each period is trained anew too, on all data so far, to compare with.</summary>
    public bool Anew { get; init; }

    /// <summary>Receives datasets, runs and results.</summary>
    public required string Folder { get; init; }
}
