using System.CommandLine;

namespace Taper.Cli.Commands;

/// <summary><c>taper cluster</c>: the same training on several machines.</summary>
internal sealed class ClusterCommand : Command
{
    public ClusterCommand()
        : base("cluster", "Train on several machines, or several processes of this one.")
    {
        Subcommands.Add(new ClusterLocalCommand());
        Subcommands.Add(new ClusterSiloCommand());
        Subcommands.Add(new ClusterPrepareCommand());
        Subcommands.Add(new ClusterTrainCommand());
        Subcommands.Add(new ClusterStopCommand());
    }
}
