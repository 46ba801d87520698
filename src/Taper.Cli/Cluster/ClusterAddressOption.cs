using System.CommandLine;
using Taper.Cli.Terminal;
using Taper.Cluster;

namespace Taper.Cli.Cluster;

/// <summary>The <c>--cluster</c> option; a variable of the environment may say it instead, since an address may hold a password.</summary>
internal static class ClusterAddressOption
{
    private const string Variable = "TAPER_CLUSTER";

    public static Option<string?> Create() => new("--cluster")
    {
        Description = $"The cluster, by where its membership is kept: redis://host:6379/name, or postgres://user:password@host:5432/database/name; {Variable} unless given.",
        HelpName = "ADDRESS",
    };

    /// <summary>The address that was named.</summary>
    public static ClusterAddress Of(ParseResult parse, Option<string?> option)
    {
        string? text = parse.GetValue(option) ?? Environment.GetEnvironmentVariable(Variable);
        try
        {
            return text is { Length: > 0 }
                ? ClusterAddress.Parse(text)
                : throw new UsageException($"Name the cluster: --cluster redis://host:6379/name, or the variable {Variable}. See `taper cluster --help`.");
        }
        catch (FormatException e)
        {
            throw new UsageException($"--cluster: {e.Message} See `taper cluster --help`.");
        }
    }
}
