using System.Text.RegularExpressions;

namespace Taper.EndToEnd.Tests;

/// <summary>Makes an artifact's manifest look as if a newer Taper had written it.</summary>
public static class NewerVersion
{
    public static string Of(string manifest)
    {
        string newer = Regex.Replace(manifest, """("format_?version"\s*:\s*)\d+""", "${1}99", RegexOptions.IgnoreCase);
        Assert.NotEqual(manifest, newer);
        return newer;
    }
}
