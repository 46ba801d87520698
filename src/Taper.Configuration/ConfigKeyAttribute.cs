namespace Taper.Configuration;

/// <summary>Documents a config key and its legal range; the reference page and the check both come from here.</summary>
/// <param name="description">What the key does, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string description) : Attribute
{
    /// <summary>What the key does.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest legal value of a number, or of each number of a list; NaN: no bound.</summary>
    public double Min { get; set; } = double.NaN;

    /// <summary>Largest legal value of a number, or of each number of a list; NaN: no bound.</summary>
    public double Max { get; set; } = double.NaN;

    /// <summary>The range in words; empty where any value goes.</summary>
    internal string Range => (double.IsNaN(Min), double.IsNaN(Max)) switch
    {
        (false, false) => FormattableString.Invariant($"{Min} to {Max}"),
        (false, true) => FormattableString.Invariant($"{Min} or more"),
        (true, false) => FormattableString.Invariant($"at most {Max}"),
        _ => "",
    };
}
