namespace Taper.Configuration;

/// <summary>Documents a config key and its legal range; the reference page and the check both come from here.</summary>
/// <param name="description">What the key does, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string description) : Attribute
{
    /// <summary>What the key does.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest legal value of a number; NaN: no bound.</summary>
    public double Min { get; set; } = double.NaN;

    /// <summary>Largest legal value of a number; NaN: no bound.</summary>
    public double Max { get; set; } = double.NaN;
}
