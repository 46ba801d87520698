using Taper.Models;
using Taper.Models.Scoring;

namespace Taper.Server.Scoring;

/// <summary>The rows of a request with the embeddings that were fetched for them.</summary>
/// <param name="Rows">The fetched rows.</param>
/// <param name="Batch">Reads them.</param>
internal sealed record StoredBatch(FetchedRows Rows, CandidateBatch Batch)
{
    /// <summary>Empties both.</summary>
    public void Clear()
    {
        Rows.Clear();
        Batch.Clear();
    }
}
