using System.Collections.Concurrent;
using Taper.Server.Settings;

namespace Taper.Server.Scoring;

/// <summary>Keeps workspaces for later requests, small ones and not too many. Thread-safe.</summary>
internal sealed class WorkspacePool(LimitSettings limits)
{
    private const long MostKeptBytes = 4 << 20;
    private static readonly int Most = 4 * Environment.ProcessorCount;
    private readonly ConcurrentBag<Workspace> kept = [];

    /// <summary>A workspace; dispose it to give it back.</summary>
    /// <param name="fields">Fields of the model whose rows it will hold.</param>
    public Workspace Rent(int fields)
    {
        if (!kept.TryTake(out Workspace? workspace))
        {
            workspace = new Workspace(limits, this);
        }

        workspace.Rows.Start(fields);
        workspace.Clear();
        return workspace;
    }

    /// <summary>Takes a workspace back.</summary>
    internal void Return(Workspace workspace)
    {
        if (workspace.KeptBytes <= MostKeptBytes && kept.Count < Most)
        {
            kept.Add(workspace);
        }
    }
}
