namespace Taper.Configuration;

/// <summary>One documented config key.</summary>
/// <param name="Path">Key path below the section, like <c>split.hash.seed</c>.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">Its default as YAML, or null where it has to be given.</param>
/// <param name="Range">Its legal range in words; empty where any value goes.</param>
public sealed record ConfigKeyDescription(string Path, string Description, string? Default, string Range);
