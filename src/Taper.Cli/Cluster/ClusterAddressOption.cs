using System.CommandLine;
using Taper.Cli.Terminal;
using Taper.Cluster;

namespace Taper.Cli.Cluster;

/// <summary>The <c>--cluster</c> option.</summary>
internal static class ClusterAddressOption
{
    public static Option<string> Create() => new("--cluster")
    {
        Description = "The cluster: redis://host:6379/name, the Redis server that keeps its membership and its name there.",
        HelpName = "ADDRESS",
        Required = true,
    };

    /// <summary>The address that was named.</summary>
    public static ClusterAddress Of(ParseResult parse, Option<string> option)
    {
        try
        {
            return ClusterAddress.Parse(parse.GetValue(option)!);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--cluster: {e.Message}");
        }
    }
}
