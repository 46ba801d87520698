using System.CommandLine;
using Taper.Cli.Terminal;

namespace Taper.Cli.Cluster;

/// <summary>An option that says in how many parts something is done.</summary>
internal static class PartsOption
{
    private const int Most = 10000;

    /// <summary>What it says, or what is usual where it is not given.</summary>
    /// <exception cref="UsageException">It is below 1 or too large.</exception>
    public static int Of(ParseResult parse, Option<int?> option, int usual)
    {
        int parts = parse.GetValue(option) ?? usual;
        return parts is >= 1 and <= Most ? parts : throw new UsageException($"{option.Name} has to be 1 to {Most}.");
    }
}
