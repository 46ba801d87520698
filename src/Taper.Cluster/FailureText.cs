namespace Taper.Cluster;

/// <summary>A failure in one line: some of Orleans's messages have a stack trace in them.</summary>
internal static class FailureText
{
    private const int Most = 160;
    private const string Trace = "   at ";
    private const string Reference = " See InnerException";

    public static string Of(Exception e)
    {
        string line = e.Message.ReplaceLineEndings("\n").Split('\n')[0].Trim();
        int trace = line.IndexOf(Trace, StringComparison.Ordinal);
        line = trace > 0 ? line[..trace] : line;
        line = line.TrimEnd().Replace(Reference, "", StringComparison.Ordinal);
        return line.Length > Most ? line[..Most] + "…" : line;
    }
}
