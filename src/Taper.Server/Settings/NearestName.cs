namespace Taper.Server.Settings;

/// <summary>Helps with a name that is not known: the nearest one that is.</summary>
internal static class NearestName
{
    private const int FurthestSuggestion = 3;
    private const int LongestCompared = 100;
    private const int MostListed = 20;

    /// <summary>"did you mean 'x'?" for the nearest known name, or the list of names where none is near.</summary>
    public static string Suggestion(string unknown, IReadOnlyCollection<string> known)
    {
        string? nearest = unknown.Length > LongestCompared ? null : known.MinBy(name => Distance(unknown, name));
        if (nearest is not null && Distance(unknown, nearest) <= Math.Min(FurthestSuggestion, unknown.Length - 1))
        {
            return $"did you mean '{nearest}'?";
        }

        string more = known.Count > MostListed ? ", ..." : ".";
        return known.Count == 0 ? "there are none." : $"known here: {string.Join(", ", known.Take(MostListed))}{more}";
    }

    /// <summary>Levenshtein distance, without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                bool same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                int substitute = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
