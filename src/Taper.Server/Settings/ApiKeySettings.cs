using Taper.Server.Security;

namespace Taper.Server.Settings;

/// <summary>One API key.</summary>
internal sealed record ApiKeySettings
{
    /// <summary>See the attribute.</summary>
    [Setting("Whose key it is, for people who read the settings.")]
    public string Name { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("SHA-256 of the key, 64 hexadecimal digits.")]
    public string Sha256 { get; init; } = "";

    /// <summary>See the attribute.</summary>
    [Setting("What it may do: `infer` scores and reads, `manage` loads and unloads models.")]
    public IReadOnlyList<Right> Rights { get; init; } = [Right.Infer];
}
