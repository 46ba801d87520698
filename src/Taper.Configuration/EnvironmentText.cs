using System.Text.RegularExpressions;

namespace Taper.Configuration;

/// <summary>Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> in config values; <c>$${</c> stands for <c>${</c>.</summary>
internal static partial class EnvironmentText
{
    /// <summary>The text with every reference replaced.</summary>
    /// <exception cref="ConfigException">A variable is unset and has no default.</exception>
    public static string Replace(string text, IReadOnlyDictionary<string, string> environment, string where) =>
        Reference().Replace(text, match =>
        {
            if (match.Value == "$${")
            {
                return "${";
            }

            string name = match.Groups["name"].Value;
            if (environment.TryGetValue(name, out string? value) && value.Length > 0)
            {
                return value;
            }

            return match.Groups["default"].Success
                ? match.Groups["default"].Value
                : throw new ConfigException(
                    $"{where}: the environment variable {name} is not set; set it, or write ${{{name}:-default}}.");
        });

    /// <summary>The text that <see cref="Replace"/> turns back into this one.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}]*))?\}")]
    private static partial Regex Reference();
}
