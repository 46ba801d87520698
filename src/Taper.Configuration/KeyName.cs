using System.Text;

namespace Taper.Configuration;

/// <summary>Names of config keys: snake_case in YAML, PascalCase in code.</summary>
internal static class KeyName
{
    private const int FurthestSuggestion = 3;

    /// <summary><c>BatchSize</c> → <c>batch_size</c>.</summary>
    public static string OfProperty(string property)
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

    /// <summary>" Did you mean 'x'?" for the nearest known name, or the list of names where none is near.</summary>
    public static string Suggestion(string unknown, IReadOnlyCollection<string> known)
    {
        string? nearest = known.MinBy(name => Distance(unknown, name));
        return nearest is not null && Distance(unknown, nearest) <= Math.Min(FurthestSuggestion, unknown.Length - 1)
            ? $"did you mean '{nearest}'?"
            : $"known here: {string.Join(", ", known)}.";
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
