using System.Text;
using System.Text.RegularExpressions;

namespace Taper.Data.Sources;

/// <summary>Finds the files a path or pattern names.</summary>
internal static class SourceFiles
{
    /// <summary>The full paths, in ordinal order.</summary>
    /// <param name="pattern">A path; * and ? match within a name, ** any folders.</param>
    /// <param name="baseFolder">Where relative paths start.</param>
    /// <exception cref="DataException">There is none.</exception>
    public static IReadOnlyList<string> Find(string pattern, string baseFolder)
    {
        string full = Path.GetFullPath(pattern, Path.GetFullPath(baseFolder)).Replace('\\', '/');
        int wildcard = full.IndexOfAny(['*', '?']);
        if (wildcard < 0 || File.Exists(full))
        {
            return File.Exists(full)
                ? [full]
                : throw new DataException($"{full}: there is no such file; mend the source's path, which starts at {baseFolder}.");
        }

        int slash = full.LastIndexOf('/', wildcard);
        string root = full[..(slash + 1)];
        Regex match = new($"^{Regex.Escape(root)}{Matching(full[(slash + 1)..])}$", RegexOptions.CultureInvariant);
        string[] files = !Directory.Exists(root) ? [] :
            [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => file.Replace('\\', '/'))
                .Where(file => match.IsMatch(file))
                .Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? files
            : throw new DataException($"{full}: no file matches; mend the source's path, which starts at {baseFolder}.");
    }

    /// <summary>A path as DuckDB's readers take it: what it would read as a pattern is made literal.</summary>
    public static string Literal(string path)
    {
        StringBuilder literal = new(path.Length);
        foreach (char c in path)
        {
            literal.Append(c is '[' or '*' or '?' ? $"[{c}]" : c.ToString());
        }

        return literal.ToString();
    }

    private static string Matching(string pattern) =>
        Regex.Escape(pattern)
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", "[^/]", StringComparison.Ordinal);
}
