using System.Diagnostics;
using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Telemetry;

namespace Taper.Server.Scoring;

/// <summary>
/// What every protocol does with a request: <see cref="Acquire"/> a version, <see cref="Rent"/> a workspace, fill its rows,
/// <see cref="ScoreAsync"/>, answer from its scores; dispose both. Thread-safe.
/// </summary>
internal sealed class InferenceService(ModelRepository repository, ScoringQueue queue, WorkspacePool workspaces, ServingMetrics metrics)
{
    /// <summary>Takes a lease on a version of a model.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The version's number; null or empty: the highest.</param>
    /// <exception cref="RequestException">404 or 503.</exception>
    public ModelLease Acquire(string model, string? version) => repository.Acquire(model, string.IsNullOrEmpty(version) ? null : version);

    /// <summary>A workspace for rows of a version.</summary>
    public Workspace Rent(ModelVersion version) => workspaces.Rent(version.Fields.Count);

    /// <summary>Scores the rows of a workspace into its scores, and measures it.</summary>
    /// <exception cref="RequestException">400, 429 or 503.</exception>
    public async ValueTask ScoreAsync(ModelVersion version, Workspace workspace, CancellationToken cancellation)
    {
        using Activity? span = ServingTraces.Score(version, workspace.Rows.Count);
        long started = metrics.Start();
        string outcome = ServingMetrics.Failed;
        try
        {
            await FetchAndScoreAsync(version, workspace, cancellation);
            outcome = ServingMetrics.Done;
        }
        catch (RequestException e)
        {
            outcome = e.Status < StatusCodes.Status429TooManyRequests ? ServingMetrics.Refused : ServingMetrics.Busy;
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = ServingMetrics.Abandoned;
            throw;
        }
        finally
        {
            span?.SetTag("outcome", outcome);
            metrics.Scored(version, workspace.Rows.Count, outcome, started);
        }
    }

    private async ValueTask FetchAndScoreAsync(ModelVersion version, Workspace workspace, CancellationToken cancellation)
    {
        StoredBatch? fetched = version.Remote is null ? null : await version.Remote.FetchAsync(version, workspace.Rows, cancellation);
        workspace.Rows.Fetched = fetched?.Batch;
        await queue.ScoreAsync(version, workspace.Rows, workspace.Scores, cancellation);
        workspace.Rows.Fetched = null;
        if (fetched is not null)
        {
            version.Remote!.Return(fetched); // after a failure it is left to the collector
        }
    }
}
