using Taper.Configuration;

namespace Taper.Studies;

/// <summary>A network of a study.</summary>
public sealed record StudyNetwork
{
    /// <summary>Keys of a run's config with this network.</summary>
    [ConfigKey("keys of a run's config with this network")]
    public IReadOnlyDictionary<string, ConfigText> Set { get; init; } = new Dictionary<string, ConfigText>();
}
