using Taper.Configuration;

namespace Taper.Studies;

/// <summary>Keys of a run's config that a search varies, and between what.</summary>
public sealed record SearchSpace
{
    /// <summary>Keys and the values to choose from.</summary>
    [ConfigKey("keys and the values to choose from")]
    public IReadOnlyDictionary<string, IReadOnlyList<ConfigText>> Choices { get; init; } = new Dictionary<string, IReadOnlyList<ConfigText>>();

    /// <summary>Keys and the lowest and highest number, drawn evenly.</summary>
    [ConfigKey("keys and [lowest, highest], drawn evenly")]
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Uniform { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>Keys and the lowest and highest number, drawn so that their logarithms are even.</summary>
    [ConfigKey("keys and [lowest, highest], drawn so that their logarithms are even")]
    public IReadOnlyDictionary<string, IReadOnlyList<double>> LogUniform { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>Both spaces; a key of the other one wins.</summary>
    internal SearchSpace With(SearchSpace other)
    {
        var keys = other.Keys.ToHashSet();
        return new SearchSpace
        {
            Choices = Joined(Choices, other.Choices, keys),
            Uniform = Joined(Uniform, other.Uniform, keys),
            LogUniform = Joined(LogUniform, other.LogUniform, keys),
        };
    }

    /// <summary>The keys that are varied.</summary>
    internal IEnumerable<string> Keys => [.. Choices.Keys, .. Uniform.Keys, .. LogUniform.Keys];

    private static Dictionary<string, T> Joined<T>(
        IReadOnlyDictionary<string, T> first, IReadOnlyDictionary<string, T> second, HashSet<string> taken) =>
        first.Where(entry => !taken.Contains(entry.Key)).Concat(second).ToDictionary();
}
