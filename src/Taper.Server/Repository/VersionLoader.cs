using System.Diagnostics.CodeAnalysis;
using Taper.Models;
using Taper.Server.Scoring;
using Taper.Store;

namespace Taper.Server.Repository;

/// <summary>Loads a version: checks its files, maps them, and scores a made row once, so that the first request finds it warm.</summary>
internal sealed class VersionLoader(TimeProvider clock, RowStore store, DeltaBundles deltas, ILogger<VersionLoader> log)
{
    /// <summary>Loads a version; when it cannot be used, says why.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="found">Where the version lies.</param>
    /// <param name="ready">The versions of the model that are loaded, which a delta may go on from.</param>
    /// <param name="version">The version.</param>
    /// <param name="refusal">Why there is none.</param>
    public bool TryLoad(
        string model,
        FoundVersion found,
        IReadOnlyList<ModelVersion> ready,
        [NotNullWhen(true)] out ModelVersion? version,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        long started = clock.GetTimestamp();
        try
        {
            version = LoadOnOneThread(model, found, ready);
            RepositoryLog.Loaded(log, model, found.Version, clock.GetElapsedTime(started).TotalSeconds);
            refusal = null;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException) // whatever is wrong with a bundle, what is loaded goes on
        {
            version = null;
            refusal = new Refusal(e.Message, MayPass: e is StoreException);
            return false;
        }
    }

    /// <summary>Notes that a version is not loaded.</summary>
    public void Refused(string model, long version, Refusal refusal) => RepositoryLog.Refused(log, model, version, refusal.Reason);

    /// <summary>Notes that a version no longer takes requests.</summary>
    public void Retired(ModelVersion version) => RepositoryLog.Retired(log, version.Model, version.Version);

    /// <summary>
    /// Loads on a thread that ends with it. The C library gives every thread that allocates an area of its own, which never
    /// shrinks much, and a new thread the area of one that has ended: on any thread of the pool, the memory of networks
    /// that come and go would in time lie in all their areas.
    /// </summary>
    private ModelVersion LoadOnOneThread(string model, FoundVersion found, IReadOnlyList<ModelVersion> ready) => Task.Factory.StartNew(
        () => Load(model, found, ready), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();

    private ModelVersion Load(string model, FoundVersion found, IReadOnlyList<ModelVersion> ready)
    {
        if (!BundleDelta.LiesIn(found.Folder))
        {
            return Load(model, found.Version, found.Folder, null);
        }

        MadeBundle made = deltas.Make(found.Folder, ready);
        try
        {
            return Load(model, found.Version, made.Folder, made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private ModelVersion Load(string model, long version, string folder, MadeBundle? made)
    {
        bool hasRows = Bundle.HasRows(folder) || !store.IsSet;
        Scorer scorer = hasRows ? Scorer.Open(folder) : Scorer.OpenWithoutRows(folder);
        try
        {
            if (hasRows)
            {
                Warm(scorer);
            }

            RemoteRows? remote = store.IsSet ? new RemoteRows(store, scorer) : null;
            remote?.WarmAsync().GetAwaiter().GetResult(); // on the repository's own thread, as all of loading is
            return new ModelVersion(model, version, scorer, clock.GetUtcNow()) { Remote = remote, Made = made };
        }
        catch
        {
            scorer.Dispose();
            throw;
        }
    }

    private static void Warm(Scorer scorer)
    {
        FeatureBatch batch = scorer.CreateBatch();
        batch.AddRow();
        scorer.Score(batch, stackalloc float[1]);
    }
}
