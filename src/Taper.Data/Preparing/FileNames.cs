using System.Globalization;

namespace Taper.Data.Preparing;

/// <summary>File names for things that users named.</summary>
internal static class FileNames
{
    private const int Longest = 100;

    /// <summary>
    /// A file name without ending for each name: the name itself where every file system takes it and no other has
    /// it, else <paramref name="kind"/> and its number. None is "label".
    /// </summary>
    public static IReadOnlyList<string> For(IReadOnlyList<string> names, string kind)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase) { "label" };
        List<string> files = [];
        foreach ((string name, int number) in names.Select((name, number) => (name, number)))
        {
            string file = IsSafe(name) && taken.Add(name) ? name : string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}");
            taken.Add(file);
            files.Add(file);
        }

        return files;
    }

    /// <summary>Letters, digits and underscores only: never a path, a device or one of our own generated names.</summary>
    private static bool IsSafe(string name) =>
        name.Length <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && name.ToUpperInvariant() is not ("CON" or "PRN" or "AUX" or "NUL") && !(name.Length == 4 && char.IsDigit(name[3]));
}
