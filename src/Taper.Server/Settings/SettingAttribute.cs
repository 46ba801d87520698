namespace Taper.Server.Settings;

/// <summary>Documents a setting and its legal range; the reference page and the check both come from here.</summary>
/// <param name="description">What the setting does, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string description) : Attribute
{
    /// <summary>What the setting does.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest legal number; NaN: no bound.</summary>
    public double Min { get; set; } = double.NaN;

    /// <summary>Largest legal number; NaN: no bound.</summary>
    public double Max { get; set; } = double.NaN;

    /// <summary>The range in words; empty where any value goes.</summary>
    public string Range => (double.IsNaN(Min), double.IsNaN(Max)) switch
    {
        (false, false) => FormattableString.Invariant($"{Min} to {Max}"),
        (false, true) => FormattableString.Invariant($"{Min} or more"),
        (true, false) => FormattableString.Invariant($"at most {Max}"),
        _ => "",
    };
}
