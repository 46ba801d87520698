using System.Globalization;
using Taper.Models;
using Taper.Server.Scoring;
using Taper.Server.Telemetry;

namespace Taper.Server.Repository;

/// <summary>
/// A version of a model that is loaded. Requests use it through a <see cref="ModelLease"/>; it is disposed when the
/// repository has retired it and the last lease has ended. Thread-safe.
/// </summary>
internal sealed class ModelVersion
{
    private int references = 1; // the repository's own

    /// <param name="model">The model's name.</param>
    /// <param name="version">Its number, 1 or more.</param>
    /// <param name="scorer">Disposed with the version.</param>
    /// <param name="loadedAt">When it was loaded.</param>
    public ModelVersion(string model, long version, Scorer scorer, DateTimeOffset loadedAt)
    {
        Model = model;
        Version = version;
        Scorer = scorer;
        VersionText = version.ToString(CultureInfo.InvariantCulture);
        LoadedAt = loadedAt;
        Fields = new ModelFields(scorer.Fields);
        Batches = new BatchPool<FeatureBatch>(scorer.CreateBatch, batch => batch.Clear());
        Candidates = new BatchPool<CandidateBatch>(scorer.CreateCandidates, batch => batch.Clear());
        Usage = new ModelUsage(Fields.Count);
    }

    /// <summary>The model's name.</summary>
    public string Model { get; }

    /// <summary>The version's number, 1 or more.</summary>
    public long Version { get; }

    /// <summary>The version's number as text.</summary>
    public string VersionText { get; }

    /// <summary>Scores rows.</summary>
    public Scorer Scorer { get; }

    /// <summary>The rows that lie in a store; null where the bundle's own are used.</summary>
    public RemoteRows? Remote { get; init; }

    /// <summary>The bundle that was made of a delta, and is removed with the version; null where the bundle lies in the repository.</summary>
    public MadeBundle? Made { get; init; }

    /// <summary>When it was loaded.</summary>
    public DateTimeOffset LoadedAt { get; }

    /// <summary>Its fields.</summary>
    public ModelFields Fields { get; }

    /// <summary>Batches of rows, used again and again.</summary>
    public BatchPool<FeatureBatch> Batches { get; }

    /// <summary>Batches of rows that share some fields, used again and again.</summary>
    public BatchPool<CandidateBatch> Candidates { get; }

    /// <summary>What it has done.</summary>
    public ModelUsage Usage { get; }

    /// <summary>Its last minute.</summary>
    public RecentRequests Recent { get; } = new();

    /// <summary>What the bundle's manifest says.</summary>
    public BundleManifest Manifest => Scorer.Bundle.Manifest;

    /// <summary>Takes a lease; false when the version is gone already.</summary>
    public bool TryAcquire()
    {
        int seen = Volatile.Read(ref references);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref references, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Ends a lease, or the repository's own reference; the last one disposes the scorer and what was made for it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            Scorer.Dispose();
            Made?.Dispose();
        }
    }
}
