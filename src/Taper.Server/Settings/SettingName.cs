using System.Text;

namespace Taper.Server.Settings;

/// <summary>Names of settings: snake_case where they are written, PascalCase in code.</summary>
internal static class SettingName
{
    /// <summary><c>MaxRows</c> → <c>max_rows</c>.</summary>
    public static string Of(string property)
    {
        var name = new StringBuilder();
        for (int i = 0; i < property.Length; i++)
        {
            if (i > 0 && char.IsUpper(property[i]))
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(property[i]));
        }

        return name.ToString();
    }
}
